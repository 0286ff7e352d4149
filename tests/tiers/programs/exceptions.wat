;; SPDX-License-Identifier: Apache-2.0
;; Exceptions with references. Every export is called with 0, 1, 2, 3, 4 and 9.
(module
  (tag $nothing)
  (tag $number (param i32))
  (tag $vector (param i64 v128))
  (tag $mixed (param funcref f32 f64))
  (global $kept (mut exnref) (ref.null exn))

  (func $thrower (export "thrower") (param i32) (result i32)
    (block $other
      (block $3 (block $2 (block $1 (block $0
        (br_table $0 $1 $2 $3 $other (local.get 0)))
        (throw $nothing))
        (throw $number (i32.const 41)))
        (throw $vector (i64.const -5) (v128.const i64x2 0x1122334455667788 0x99AABBCCDDEEFF00)))
      (throw $mixed (ref.func $thrower) (f32.const 1.5) (f64.const 2.5)))
    local.get 0)

  ;; Operands of its own wait below the call.
  (func $middle (export "middle") (param i32) (result i32) (local $sum i32)
    i64.const 77
    i32.const 1000
    (call $thrower (local.get 0))
    i32.add
    local.set $sum
    drop
    local.get $sum)

  ;; Every kind of clause, and what the last catches is thrown again.
  (func $catcher (export "catcher") (param i32) (result i32)
    (block $nothing
      (block $number (result i32 exnref)
        (block $vector (result i64 v128)
          (block $rest (result exnref)
            (try_table (result i32)
                (catch $nothing $nothing) (catch_ref $number $number) (catch $vector $vector) (catch_all_ref $rest)
              (call $middle (local.get 0)))
            return)
          throw_ref)
        i32x4.extract_lane 1
        drop
        i32.wrap_i64
        return)
      ref.is_null
      i32.add
      return)
    i32.const 100)
  (func $above (export "above") (param i32) (result i32)
    (i32.mul (i32.const 6) (call $catcher (local.get 0))))

  (func $far (export "far") (param i32) (result i32)
    (block $any
      (return (try_table (result i32) (catch_all $any) (call $above (local.get 0)))))
    i32.const -1)
  (func (export "again_and_again") (param i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (call $far (local.get 0))))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $next (i32.gt_s (local.get 0) (i32.const 0))))
    local.get $sum)

  ;; Landing at a loop is a tick.
  (func $at_loop (export "at_loop") (param i32) (result i32) (local $count i32)
    (loop $again
      (if (i32.lt_s (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 4))
        (then (try_table (catch_all $again) (drop (call $thrower (local.get 0)))))))
    local.get $count)
  (func $at_loop_with_value (export "at_loop_with_value") (param i32) (result i32) (local $left i32)
    (local.set $left (i32.const 5))
    local.get 0
    (loop $again (param i32) (result i32)
      local.set 0
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (if (result i32) (local.get $left)
        (then (try_table (result i32) (catch $number $again) (throw $number (i32.add (local.get 0) (i32.const 3)))))
        (else (local.get 0)))))

  ;; Landing at the label of the function returns at once.
  (func $at_function (export "at_function") (param i32) (result i32)
    (try_table (result i32) (catch $number 0) (call $middle (local.get 0))))
  (func $at_function_far (export "at_function_far") (param i32) (result i32)
    (try_table (result i32) (catch $number 0) (i32.add (call $middle (i32.const 4)) (call $middle (local.get 0)))))
  (func $callers (export "callers") (param i32) (result i32)
    (i32.sub (call $at_function (local.get 0)) (call $at_function_far (local.get 0))))
  (func (export "callers_of_callers") (param i32) (result i32)
    (block $any
      (return (try_table (result i32) (catch_all $any)
        (i32.xor (call $callers (i32.const 1)) (call $callers (local.get 0))))))
    (call $callers (i32.const 1)))

  ;; Thrown in the block itself, which has params, with operands below.
  (func (export "own") (param i32) (result i32)
    i64.const 3
    i32.const 7
    (block $out (param i32) (result i32)
      (try_table (param i32) (result i32) (catch $number $out)
        (i32.add (local.get 0))
        (if (i32.lt_u (local.get 0) (i32.const 3)) (then (throw $number (i32.mul (local.get 0) (i32.const 11)))))
        (if (i32.eq (local.get 0) (i32.const 3)) (then (throw $number (i32.const 8)))))
      i32.const 1
      i32.add)
    local.set 0
    drop
    local.get 0)

  ;; The first clause that fits counts, the innermost block first.
  (func (export "first_match") (param i32) (result i32)
    (block $second (result i32)
      (block $first (result i32)
        (block $rest
          (block $nothing
            (try_table (catch_all $rest)
              (try_table (catch $number $first) (catch $number $second) (catch $nothing $nothing)
                (drop (call $thrower (local.get 0)))))
            (return (i32.const 1)))
          (return (i32.const 2)))
        (return (i32.const 3)))
      i32.const 4
      i32.add))

  ;; An exception that has left its function and is thrown again from somewhere else.
  (func $give (export "give") (param i32) (result exnref)
    (block $any (result exnref)
      (try_table (catch_all_ref $any) (drop (call $middle (local.get 0))))
      ref.null exn))
  (func (export "take") (param i32) (result i32)
    (block $number (result i32)
      (try_table (result i32) (catch $number $number)
        (throw_ref (call $give (local.get 0))))))
  (func (export "throw_kept") (param i32) (result i32)
    (if (i32.eqz (ref.is_null (global.get $kept)))
      (then
        (block $any
          (try_table (catch_all $any) (throw_ref (global.get $kept))))))
    (global.set $kept (call $give (local.get 0)))
    (ref.is_null (global.get $kept)))

  (func $deep (export "deep") (param i32) (result i32) (local v128 i64)
    (if (result i32) (i32.eqz (local.get 0))
      (then (call $thrower (i32.const 1)))
      (else (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))))
  (func (export "from_deep") (param i32) (result i32)
    (block $number (result i32)
      (try_table (result i32) (catch $number $number)
        (call $deep (i32.mul (local.get 0) (i32.const 30))))))

  ;; A trap is no exception.
  (func (export "trap_inside") (param i32) (result i32)
    (block $any
      (return (try_table (result i32) (catch_all $any) (i32.div_u (i32.const 6) (local.get 0)))))
    i32.const 99)
)
