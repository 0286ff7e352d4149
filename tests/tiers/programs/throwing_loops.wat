;; SPDX-License-Identifier: Apache-2.0
;; Exceptions that are thrown and caught again and again, with values of every type in locals and operands around it.
;; Every export is called with 0, 1, 2, 3, 4 and 9.
(module
  (tag $number (param i32 f64))
  (tag $vector (param v128))
  (func $thrower (param i32)
    (if (i32.eq (i32.and (local.get 0) (i32.const 3)) (i32.const 1)) (then (throw $number (local.get 0) (f64.const 0.5))))
    (if (i32.eq (i32.and (local.get 0) (i32.const 3)) (i32.const 2)) (then (throw $vector (v128.const i64x2 7 9)))))
  (func $deep (param i32 i32)
    (if (local.get 1) (then (return (call $deep (local.get 0) (i32.sub (local.get 1) (i32.const 1))))))
    (call $thrower (local.get 0)))
  (func (export "caught") (param $n i32) (result f64) (local $i i32) (local $x f64) (local $v v128)
    (loop $next
      (block $done
        (block $is_vector (result v128)
          (block $is_number (result i32 f64)
            (try_table (catch $number $is_number) (catch $vector $is_vector)
              (call $deep (local.get $i) (local.get $n)))
            (local.set $x (f64.add (local.get $x) (f64.const 100)))
            (br $done))
          (local.set $x (f64.add (local.get $x)))
          (local.set $x (f64.add (f64.convert_i32_u) (local.get $x)))
          (br $done))
        (local.set $v (i64x2.add (local.get $v)))
        (local.set $x (f64.add (local.get $x) (f64.convert_i64_u (i64x2.extract_lane 1 (local.get $v))))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.add (local.get $n) (i32.const 9)))))
    local.get $x)
  ;; An exception that is thrown on.
  (func (export "thrown_on") (param $n i32) (result i32) (local $i i32) (local $seen i32)
    (loop $next
      (block $outer (result i32 f64)
        (try_table (catch $number $outer)
          (block $inner (result exnref)
            (try_table (catch_all_ref $inner) (call $thrower (local.get $i)))
            (ref.null exn))
          (throw_ref))
        (return (local.get $seen)))
      (drop)
      (local.set $seen (i32.add (local.get $seen)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (local.get $n))))
    local.get $seen)
  ;; Nothing lands: what is around is never reached, however often its block ends.
  (func (export "unreached") (param $n i32) (result i32)
    (block $out
      (br $out))
    (block $caught (result i32 f64)
      (try_table (catch $number $caught) (br_if 0 (local.get $n)) (return (i32.const 1)))
      (return (i32.const 2)))
    (drop)))
