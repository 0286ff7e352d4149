;; SPDX-License-Identifier: Apache-2.0
;; Memories with pages of one byte.
(module
  (memory $a 10 20 (pagesize 1))
  (memory $b 1 (pagesize 65536))
  (func (export "size") (result i32 i32) (memory.size $a) (memory.size $b))
  (func (export "grow") (param i32) (result i32) (memory.grow $a (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load8_u $a (local.get 0))))
(assert_return (invoke "size") (i32.const 10) (i32.const 1))
(assert_return (invoke "load" (i32.const 9)) (i32.const 0))
(assert_trap (invoke "load" (i32.const 10)) "out of bounds memory access")
(assert_return (invoke "grow" (i32.const 3)) (i32.const 10))
(assert_return (invoke "load" (i32.const 12)) (i32.const 0))
(assert_trap (invoke "load" (i32.const 13)) "out of bounds memory access")
(assert_return (invoke "grow" (i32.const 8)) (i32.const -1))
(assert_invalid (module (memory 1 (pagesize 2))) "invalid custom page size")
(assert_malformed (module quote "(memory 1 (pagesize 3))") "invalid custom page size")
