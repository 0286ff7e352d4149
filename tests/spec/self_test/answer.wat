;; SPDX-License-Identifier: Apache-2.0
;; Converted with wat2wasm; self_test/answer.json makes claims about it.
(module
  (memory 1)
  (global (export "seven") i32 (i32.const 7))
  (func (export "answer") (result i32) (i32.const 42))
  (func (export "nan") (result f32) (f32.const nan))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func (export "splat") (result v128) (i32x4.splat (i32.const 1))))
