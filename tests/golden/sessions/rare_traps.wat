;; SPDX-License-Identifier: Apache-2.0
;; Ways to trap that compiled C does not come to, and ways to come to an `unreachable`.
(module
  (type $unary (func (param i32) (result i32)))
  (type $bytes (array (mut i8)))
  (type $functions (array (mut funcref)))
  (type $point (struct (field $x i32) (field $y i32)))
  (memory $plain 1)
  (memory $shared 1 1 shared)
  (data $greeting "good morning")
  (data (memory $plain) (i32.const 1024) "stop: the lid is open\00")
  (elem $two func $inner $inner)
  (elem declare func $inner)
  (tag $failure (param i32 f64))
  (table $doors 4 (ref null $unary))
  (global $__stack_pointer (mut i32) (i32.const 8192))

  (func $inner (param i32) (result i32) (local.get 0))

  ;; --- waits
  (func (export "wait_alone") (param $at i32) (result i32)
    (memory.atomic.wait32 $shared offset=8 (local.get $at) (i32.const 0) (i64.const -1)))
  (func (export "wait_unshared") (result i32)
    (memory.atomic.wait32 $plain (i32.const 16) (i32.const 0) (i64.const 1000)))

  ;; --- null
  (func (export "null_function") (result i32) (local $f (ref null $unary))
    (call_ref $unary (i32.const 1) (local.get $f)))
  (func (export "null_from_table") (param $door i32) (result i32)
    (call_ref $unary (i32.const 1) (table.get $doors (local.get $door))))
  (func (export "null_exception") (throw_ref (ref.null exn)))
  (func $must (param $p (ref null $point)) (result (ref $point)) (ref.as_non_null (local.get $p)))
  (func (export "null_reference") (drop (call $must (ref.null $point))))

  ;; --- exceptions
  (func $fail (param $code i32) (throw $failure (local.get $code) (f64.const 0.5)))
  (func (export "uncaught") (call $fail (i32.const 7)))
  (func (export "thrown_again")
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught) (call $fail (i32.const 8)))
      (return))
    (throw_ref))

  ;; --- segments and arrays
  (func (export "array_of_data") (param $from i32)
    (drop (array.new_data $bytes $greeting (local.get $from) (i32.const 5))))
  (func (export "array_of_elem") (drop (array.new_elem $functions $two (i32.const 1) (i32.const 2))))
  (func (export "fill_array_of_data")
    (array.init_data $bytes $greeting (array.new_default $bytes (i32.const 20)) (i32.const 0) (i32.const 10) (i32.const 5)))
  (func (export "table_of_elem") (table.set $doors (i32.const 4) (ref.null $unary)))

  ;; --- unreachable
  (func (export "in_then") (param $n i32)
    (if (i32.gt_s (local.get $n) (i32.const 10)) (then (unreachable))))
  (func (export "in_else") (param $n i32)
    (if (local.get $n) (then (drop (i32.const 0))) (else (unreachable))))
  (func (export "after_if") (param $n i32)
    (if (i32.eqz (local.get $n)) (then (return)))
    (unreachable))
  (func (export "by_table") (param $n i32)
    (block $bad (block $good
      (br_table $good $good $bad (local.get $n)))
      (return))
    (unreachable))
  (func (export "by_one_of_two") (param $n i32)
    (block $bad
      (br_if $bad (i32.lt_s (local.get $n) (i32.const 0)))
      (br_if $bad (i32.gt_s (local.get $n) (i32.const 5)))
      (return))
    (unreachable))
  (func (export "by_null") (param $p (ref null $point))
    (block $null
      (drop (br_on_null $null (local.get $p)))
      (return))
    (unreachable))
  (func (export "in_handler")
    (block $caught
      (try_table (catch_all $caught) (call $fail (i32.const 9)))
      (return))
    (unreachable))
  (func $panic (param $text i32) (unreachable))
  (func $guard (param $is_open i32)
    (if (local.get $is_open) (then (call $panic (i32.const 1024)))))
  (func (export "panics") (call $guard (i32.const 1)))
  (func $log (param i32))
  (func (export "after_log")
    (call $log (i32.const 1024))
    (unreachable))

  ;; --- the stack in memory
  (func (export "stack_over_data")
    (global.set $__stack_pointer (i32.const 1030))
    (drop (i32.load (i32.const 65536)))))
