;; SPDX-License-Identifier: Apache-2.0
;; Modules as bytes, and what is wrong with some.
(module binary "\00asm" "\01\00\00\00"
  "\01\05\01\60\00\01\7f"           ;; type: () -> (i32)
  "\03\02\01\00"                    ;; function
  "\07\05\01\01f\00\00"             ;; export f
  "\00\03\01cX"                     ;; custom
  "\0a\08\01\06\00\41\aa\80\00\0b") ;; code: i32.const 42, with padding
(assert_return (invoke "f") (i32.const 42))
(assert_malformed (module binary "") "unexpected end")
(assert_malformed (module binary "\00asm" "\02\00\00\00") "unknown binary version")
(assert_malformed (module binary "asm\00" "\01\00\00\00") "magic header not detected")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\0f\00") "malformed section id")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\03\01\00\01\01\00") "unexpected content after last section")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\02\00\00") "section size mismatch")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\01\80\80\80\80\10") "integer representation too long")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\00\01\05") "unexpected end")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\00\02\01\ff") "malformed UTF-8 encoding")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\04\01\60\00\00" "\03\02\01\00") "inconsistent lengths")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\04\01\60\00\00" "\03\02\01\00" "\0a\04\01\02\00\00") "END opcode expected")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\04\01\60\00\00" "\03\02\01\00" "\0a\05\01\03\00\27\0b") "illegal opcode")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\05\03\01\08\01") "malformed limits flags")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\03\01\60\01") "unexpected end")
(assert_invalid (module binary "\00asm" "\01\00\00\00" "\01\05\01\60\00\01\7f" "\03\02\01\00" "\0a\04\01\02\00\0b") "type mismatch")
