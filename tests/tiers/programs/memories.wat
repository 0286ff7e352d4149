;; SPDX-License-Identifier: Apache-2.0
;; Memories beside memory 0 and memories that grow while a loop uses them. Every export is called with 0, 1, 2, 3, 4 and 9.
(module
  (memory $a 1 20)
  (memory $b 1 20)
  (memory $c i64 1 20)

  (func $end_of_a (result i32) (i32.sub (i32.mul (memory.size $a) (i32.const 65536)) (i32.const 4)))
  (func $end_of_c (result i64) (i64.sub (i64.mul (memory.size $c) (i64.const 65536)) (i64.const 8)))

  (func (export "grow_in_loop") (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (loop $next
      (i32.store $a (call $end_of_a) (local.get $i))
      (local.set $sum (i32.add (local.get $sum) (memory.grow $a (i32.const 1))))
      (i32.store $a (call $end_of_a) (i32.mul (local.get $i) (i32.const 7)))
      (i64.store $c (call $end_of_c) (i64.extend_i32_u (local.get $sum)))
      (drop (memory.grow $c (i64.const 1)))
      (i64.store $c (call $end_of_c) (i64.load $c (i64.sub (call $end_of_c) (i64.const 65536))))
      (local.set $sum (i32.add (local.get $sum) (i32.load $a (call $end_of_a))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    local.get $sum)

  ;; The same places of different memories.
  (func (export "beside") (param $n i32) (result f64)
    (f64.store $a (i32.const 16) (f64.const 1.5))
    (f64.store $b (i32.const 16) (f64.convert_i32_u (local.get $n)))
    (f64.store $c offset=16 (i64.extend_i32_u (local.get $n)) (f64.const -3.25))
    (i32.store16 $b (i32.const 65534) (local.get $n))
    (i64.store32 $b offset=8 (local.get $n) (i64.const 0x123456789abcdef0))
    (v128.store $b offset=32 (local.get $n) (v128.const i32x4 1 2 3 4))
    (v128.store $c (i64.const 64) (v128.load8_splat $b offset=1 (local.get $n)))
    (f64.add
      (f64.add (f64.load $a (i32.const 16)) (f64.load $b (i32.const 16)))
      (f64.mul (f64.load $c offset=16 (i64.extend_i32_u (local.get $n))) (f64.load $c (i64.const 64)))))
  (func (export "past_the_end") (param $n i32) (result i64)
    (i64.store $b (i32.add (i32.const 65528) (local.get $n)) (i64.const 5))
    (i64.load $b (i32.add (i32.const 65528) (local.get $n))))
  (func (export "past_the_end_of_64") (param $n i32) (result i64)
    (i64.load $c offset=0xfffffffffffffff8 (i64.extend_i32_u (i32.shl (local.get $n) (i32.const 3)))))
  (func (export "copies") (param $n i32) (result i64)
    (memory.fill $b (i32.const 100) (local.get $n) (i32.const 30))
    (memory.copy $a $b (i32.const 50) (i32.add (i32.const 90) (local.get $n)) (i32.const 20))
    (i64.load $a (i32.add (i32.const 56) (local.get $n)))))
