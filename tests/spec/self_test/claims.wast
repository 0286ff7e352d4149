;; SPDX-License-Identifier: Apache-2.0
;; Claims of which runner_test.cpp knows the verdicts: 8 right ones, wrong ones from line 30 on, and at the end some
;; that cannot be judged.
(module $answers
  (memory 1)
  (global (export "seven") i32 (i32.const 7))
  (func (export "answer") (result i32) (i32.const 42))
  (func (export "nan") (result f32) (f32.const nan))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func $endless (export "endless") (call $endless))
  (func (export "splat") (result v128) (i32x4.splat (i32.const 1)))
  (func (export "null") (result funcref) (ref.null func)))

(assert_return (invoke "answer") (i32.const 42))
(assert_return (invoke $answers "answer") (either (i32.const 41) (i32.const 42)))
(assert_return (get "seven") (i32.const 7))
(assert_return (invoke "nan") (f32.const nan:canonical))
(assert_return (invoke "splat") (v128.const i16x8 1 0 1 0 1 0 1 0))
(assert_return (invoke "null") (ref.null))
(assert_trap (invoke "divide" (i32.const 1) (i32.const 0)) "integer divide by zero")
(assert_exhaustion (invoke "endless") "call stack exhausted")







;; line 30 follows
(invoke "divide" (i32.const 1) (i32.const 0))
(assert_return (invoke "answer") (i32.const 43))
(assert_return (invoke "answer") (i64.const 42))
(assert_return (invoke "answer"))
(assert_return (invoke "divide" (i32.const 1) (i32.const 0)) (i32.const 0))
(assert_return (invoke "absent") (i32.const 0))
(assert_return (invoke "divide" (i32.const 1)) (i32.const 0))
(assert_return (get "seven") (i32.const 8))
(assert_return (get "answer") (i32.const 42))
(assert_return (invoke "nan") (f32.const 0))
(assert_return (invoke "splat") (v128.const i16x8 1 0 1 0 1 0 1 1))
(assert_return (invoke "null") (ref.func))
(assert_return (invoke $absent "answer") (i32.const 42))
(assert_trap (invoke "divide" (i32.const 1) (i32.const 0)) "unreachable")
(assert_trap (invoke "answer") "unreachable")
(assert_trap (invoke "endless") "unreachable")
(assert_trap (module (func)) "unreachable")
(assert_exception (invoke "answer"))
(assert_exhaustion (invoke "answer") "call stack exhausted")
(assert_invalid (module (func (result i32) (i32.const 1))) "type mismatch")
(assert_invalid (module quote "(func") "type mismatch")
(assert_malformed (module quote "(func)") "unexpected token")
(assert_malformed (module quote "(func (result i32))") "unexpected token")
(assert_malformed (module binary "\00asm" "\01\00\00\00") "unexpected end")
(assert_unlinkable (module (func)) "unknown import")
(assert_unlinkable (module (import "spectest" "absent" (func))) "incompatible import type")
(module (func (result i32)))
(invoke "answer")
(module instance $copy $absent)
(register "copies" $absent)
