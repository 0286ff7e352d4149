;; SPDX-License-Identifier: Apache-2.0
;; Tail calls, calls of references, branches on null and on casts. Every export is called with 0, 1, 2, 3, 4 and 9.
(module
  (type $unary (func (param i32) (result i32)))
  (type $wide (func (param i32 i64 v128 f64) (result i32)))
  (import "env" "answer" (func $answer (param i32) (result i32)))
  (table $functions funcref (elem $even $odd $answer $none $shape))
  (elem declare func $even $odd $answer $none $shape $narrow)
  (tag $number (param i32))
  (global $typed (mut (ref null $unary)) (ref.null $unary))

  (func $none)
  (func $even (export "even") (type $unary)
    nop
    (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
    (return_call $odd (i32.sub (local.get 0) (i32.const 1))))
  (func $odd (export "odd") (type $unary)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
    (return_call_indirect $functions (type $unary) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))

  ;; More and fewer slots than the caller; arguments that are the caller's own params, in another order.
  (func $shape (type $wide) (local i64 v128)
    (return_call $narrow (i32.add (local.get 0) (i32.wrap_i64 (local.get 1)))))
  (func $narrow (type $unary) (i32.mul (local.get 0) (i32.const 2)))
  (func $widen (export "widen") (param i32) (result i32)
    (return_call $shape (local.get 0) (i64.const 5) (v128.const i32x4 1 2 3 4) (f64.const 0.5)))
  (func $swap (param i32 i32 i32) (result i32)
    (if (i32.eqz (local.get 2)) (then (return (i32.sub (local.get 0) (local.get 1)))))
    (return_call $swap (local.get 1) (local.get 0) (i32.sub (local.get 2) (i32.const 1))))
  (func (export "swaps") (param i32) (result i32)
    (call $swap (i32.const 10) (local.get 0) (local.get 0)))
  (func (export "below") (param i32) (result i32)
    i64.const 1
    i32.const 2
    (i32.add (call $widen (local.get 0)))
    local.set 0
    drop
    local.get 0)

  (func (export "tail_host") (param i32) (result i32) (return_call $answer (local.get 0)))
  (func (export "tail_host_below") (param i32) (result i32)
    i32.const 3
    (return_call_ref $unary (local.get 0) (ref.func $answer)))
  (func $tail_table (export "tail_table") (param i32) (result i32)
    (return_call_indirect $functions (type $unary) (i32.const 4) (local.get 0)))
  (func (export "around") (param i32) (result i32)
    (i32.add (i32.const 1) (call $tail_table (i32.const 2))))
  (func (export "call_table") (param i32) (result i32)
    (call_indirect $functions (type $unary) (i32.const 4) (local.get 0)))

  (func $pick (param i32) (result (ref null $unary))
    (if (i32.eq (local.get 0) (i32.const 1)) (then (return (ref.func $even))))
    (if (i32.eq (local.get 0) (i32.const 2)) (then (return (ref.func $answer))))
    (if (i32.eq (local.get 0) (i32.const 3)) (then (return (ref.func $narrow))))
    (ref.null $unary))
  (func (export "by_reference") (param i32) (result i32)
    i64.const 4
    (call_ref $unary (local.get 0) (call $pick (local.get 0)))
    local.set 0
    drop
    local.get 0)
  (func (export "tail_by_reference") (param i32) (result i32)
    (return_call_ref $unary (local.get 0) (call $pick (local.get 0))))
  (func (export "null_reference") (param i32) (result i32)
    (call_ref $unary (local.get 0) (ref.null $unary)))
  (func (export "by_global") (param i32) (result i32)
    (global.set $typed (call $pick (local.get 0)))
    (call_ref $unary (local.get 0) (global.get $typed)))
  (func (export "not_null") (param i32) (result i32)
    (call_ref $unary (i32.const 6) (ref.as_non_null (call $pick (local.get 0)))))

  (func (export "on_null") (param i32) (result i32)
    (block $null (result i32)
      i32.const 5
      (br_on_null $null (call $pick (local.get 0)))
      call_ref $unary
      i32.const 1000
      i32.add))
  (func (export "on_non_null") (param i32) (result i32)
    (block $found (result i32 (ref $unary))
      local.get 0
      (br_on_non_null $found (call $pick (local.get 0)))
      return)
    call_ref $unary)
  (func (export "on_null_of_local") (param i32) (result i32) (local $picked (ref null $unary))
    (local.set $picked (call $pick (local.get 0)))
    (block $null
      (drop (br_on_null $null (local.get $picked)))
      (return (i32.const 1)))
    (block $found (result (ref $unary))
      (br_on_non_null $found (local.get $picked))
      (return (i32.const 2)))
    drop
    i32.const 3)
  (func (export "on_null_at_loop") (param i32) (result i32)
    (loop $again
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (drop (br_on_null $again (call $pick (i32.and (local.get 0) (i32.const 3))))))
    local.get 0)
  (func (export "on_null_returns") (param i32) (result i32)
    local.get 0
    (br_on_null 0 (call $pick (local.get 0)))
    drop
    drop
    i32.const 70)
  (func (export "on_constant_null") (param i32) (result i32)
    (block $null
      (br_on_null $null (ref.null $unary))
      drop
      (return (i32.const 1)))
    (block $found (result funcref)
      (br_on_non_null $found (ref.null func))
      (return (i32.const 2)))
    drop
    i32.const 3)

  (func (export "on_cast") (param i32) (result i32)
    (block $number (result (ref i31))
      (br_on_cast $number anyref (ref i31) (call $any (local.get 0)))
      ref.is_null
      return)
    i31.get_s
    i32.const 1000
    i32.add)
  (func (export "on_cast_fail") (param i32) (result i32)
    (block $other (result anyref)
      (br_on_cast_fail $other anyref (ref null i31) (call $any (local.get 0)))
      i31.get_u
      return)
    ref.is_null)
  (func $any (param i32) (result anyref)
    (if (i32.eqz (local.get 0)) (then (return (ref.null any))))
    (if (i32.lt_u (local.get 0) (i32.const 4)) (then (return (ref.i31 (i32.sub (local.get 0) (i32.const 3))))))
    (any.convert_extern (extern.convert_any (ref.i31 (local.get 0)))))

  ;; A tail call leaves the try block behind.
  (func $throws (param i32) (result i32)
    (if (local.get 0) (then (throw $number (local.get 0))))
    i32.const 9)
  (func $leaves (export "leaves") (param i32) (result i32)
    (block $number (result i32)
      (try_table (catch $number $number)
        (return_call $throws (local.get 0)))
      unreachable))
  (func (export "caught_above") (param i32) (result i32)
    (block $number (result i32)
      (try_table (result i32) (catch $number $number) (call $leaves (local.get 0))))
    i32.const 500
    i32.add)
)
