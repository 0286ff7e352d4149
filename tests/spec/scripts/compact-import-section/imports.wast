;; SPDX-License-Identifier: Apache-2.0
;; Imports that share a module name, or that and a type.
(module
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32) (i32.const 2))
  (global (export "g") i64 (i64.const 3)))
(register "m")
(module
  (import "m" (item "one" (func $one (result i32))) (item "g" (global $g i64)))
  (import "m" (item "two") (item "one") (func (result i32)))
  (func (export "sum") (result i32) (i32.add (call $one) (i32.add (call 1) (i32.wrap_i64 (global.get $g))))))
(assert_return (invoke "sum") (i32.const 6))
(module binary "\00asm" "\01\00\00\00" "\01\05\01\60\00\01\7f"
  "\02\12\01\01m\00\7f\02\03one\00\00\03two\00\00")
(assert_unlinkable (module (import "m" (item "one" (func (result i32))) (item "three" (func)))) "unknown import")
