;; SPDX-License-Identifier: Apache-2.0
;; Spelling: comments, strings, identifiers, numbers, folded and flat code, annotations, quoted identifiers.
(module $m
  (; a (; nested ;) comment ;)
  (@ignored (nobody reads) "this" ;; or this
  )
  (func $"an identifier" (export "\75\u{6E}\"\t") (param $"p p" i32) (result i32)
    (@metadata.code.branch_hint "\01")
    (if (result i32) (local.get $"p p") (then (i32.const 0x1) (drop) (i32.const +0xb))(else (i32.const 1)))))
(assert_return (invoke "un\22\09" (i32.const 1)) (i32.const 11))
(module
  (func (export "flat") (param i32) (result i32)
    local.get 0 if (result i32) i32.const 1 else i32.const 2 end)
  (func (export "folded") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2))))
  (func (export "label") (result i32) block $a (result i32) i32.const 3 br $a end $a)
  (func (export "") (result f32) (f32.const 0x1.8p-1))
  (func (export "\u{1F600}") (result f64) (f64.const 1_0.2_5e1)))
(assert_return (invoke "flat" (i32.const 0)) (i32.const 2))
(assert_return (invoke "folded" (i32.const 5)) (i32.const 1))
(assert_return (invoke "label") (i32.const 3))
(assert_return (invoke "") (f32.const 0.75))
(assert_return (invoke "\f0\9f\98\80") (f64.const 102.5))

(assert_malformed (module quote "(func (@x)") "unexpected token")
(assert_malformed (module quote "(@x (func)") "unclosed annotation")
(assert_malformed (module quote "(; (; ;)") "unclosed comment")
(assert_malformed (module quote "(func $)") "empty identifier")
(assert_malformed (module quote "(func $\"\")") "empty identifier")
(assert_malformed (module quote "(func (export \"\\u{110000}\"))") "illegal escape")
(assert_malformed (module quote "(func (export \"\\ff\"))") "malformed UTF-8 encoding")
(assert_malformed (module quote "(func nop)nop") "unexpected token")
(assert_malformed (module quote "(func (nop)\"a\"\"b\")") "unknown operator")
