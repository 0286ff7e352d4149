;; SPDX-License-Identifier: Apache-2.0
;; Calls in place of the current frame: deep chains of them need no stack.
(module
  (type $count (func (param i64 i64) (result i64)))
  (table funcref (elem $direct $indirect $typed))
  (func $direct (export "direct") (type $count)
    (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $direct (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 2))))
  (func $indirect (export "indirect") (type $count)
    (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call_indirect (type $count)
      (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 3)) (i32.const 1)))
  (func $typed (export "typed") (type $count)
    (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call_ref $count
      (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 4)) (ref.func $typed)))
  (func $many (param i32 i32 i32 i32) (result i32)
    (i32.add (i32.add (local.get 0) (local.get 1)) (i32.add (local.get 2) (local.get 3))))
  (func (export "more_params") (param i32) (result i32)
    (return_call $many (local.get 0) (i32.const 10) (i32.const 100) (i32.const 1000)))
  (func (export "null") (result i64)
    (return_call_ref $count (i64.const 0) (i64.const 0) (ref.null $count)))
  (func (export "past") (result i64)
    (return_call_indirect (type $count) (i64.const 0) (i64.const 0) (i32.const 3))))

(assert_return (invoke "direct" (i64.const 1000000) (i64.const 0)) (i64.const 2000000))
(assert_return (invoke "indirect" (i64.const 1000000) (i64.const 1)) (i64.const 3000001))
(assert_return (invoke "typed" (i64.const 1000000) (i64.const 2)) (i64.const 4000002))
(assert_return (invoke "more_params" (i32.const 1)) (i32.const 1111))
(assert_trap (invoke "null") "null function reference")
(assert_trap (invoke "past") "undefined element")

(assert_invalid (module (func (result i32) (return_call 1)) (func (result i64) (i64.const 0))) "type mismatch")
(assert_invalid (module (func (param i32) (return_call 0))) "type mismatch")
