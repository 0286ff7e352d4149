;; SPDX-License-Identifier: Apache-2.0
;; Relaxed vector instructions give the result of their deterministic form.
(module
  (func (export "swizzle") (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
  (func (export "trunc") (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0)))
  (func (export "madd") (param v128 v128 v128) (result v128) (f64x2.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "select") (param v128 v128 v128) (result v128) (i8x16.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (export "min") (param v128 v128) (result v128) (f32x4.relaxed_min (local.get 0) (local.get 1)))
  (func (export "q15") (param v128 v128) (result v128) (i16x8.relaxed_q15mulr_s (local.get 0) (local.get 1)))
  (func (export "dot") (param v128 v128) (result v128) (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1))))
(assert_return (invoke "swizzle" (v128.const i64x2 0x0706050403020100 0) (v128.const i64x2 0x1003 0)) (v128.const i64x2 0x0003 0))
(assert_return (invoke "trunc" (v128.const f32x4 nan 1.5 3e9 -3e9)) (v128.const i32x4 0 1 0x7fffffff 0x80000000))
(assert_return (invoke "madd" (v128.const f64x2 2 3) (v128.const f64x2 5 7) (v128.const f64x2 1 -1)) (v128.const f64x2 11 20))
(assert_return (invoke "select" (v128.const i64x2 -1 -1) (v128.const i64x2 0 0) (v128.const i64x2 0x0ff0 0)) (v128.const i64x2 0x0ff0 0))
(assert_return (invoke "min" (v128.const f32x4 -0 nan 1 2) (v128.const f32x4 0 0 2 1)) (v128.const f32x4 -0 nan:canonical 1 1))
(assert_return (invoke "q15" (v128.const i16x8 -32768 16384 0 0 0 0 0 0) (v128.const i16x8 -32768 16384 0 0 0 0 0 0))
  (v128.const i16x8 32767 8192 0 0 0 0 0 0))
(assert_return (invoke "dot" (v128.const i8x16 1 2 3 4 0 0 0 0 0 0 0 0 0 0 -128 -128) (v128.const i8x16 5 6 7 8 0 0 0 0 0 0 0 0 0 0 127 127))
  (v128.const i16x8 17 53 0 0 0 0 0 -32512))
