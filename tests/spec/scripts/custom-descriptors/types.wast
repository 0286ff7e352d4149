;; SPDX-License-Identifier: Apache-2.0
;; Types with descriptors and exact references are validated; nothing here runs.
(module definition
  (rec
    (type $a (sub (descriptor $d) (struct (field i32))))
    (type $d (sub (describes $a) (struct (field i64)))))
  (rec
    (type $b (sub $a (descriptor $e) (struct (field i32) (field f32))))
    (type $e (sub $d (describes $b) (struct (field i64)))))
  (type $f (func))
  (import "m" "f" (func $exact (exact (type $f))))
  (import "m" "g" (func $other (type $f)))
  (global (ref (exact $f)) (ref.func $exact))
  (global (ref $f) (ref.func $other))
  (func (export "new") (param (ref null (exact $d))) (result (ref (exact $a)))
    (struct.new_desc $a (i32.const 1) (local.get 0)))
  (func (param (ref (exact $e))) (result (ref $a)) (struct.new_default_desc $b (local.get 0)))
  (func (export "get") (param (ref $a)) (result (ref $d)) (ref.get_desc $a (local.get 0)))
  (func (export "get_exact") (param (ref null (exact $a))) (result (ref (exact $d))) (ref.get_desc $a (local.get 0)))
  (func (param anyref (ref null $d)) (result (ref null $a)) (ref.cast_desc_eq (ref null $a) (local.get 0) (local.get 1)))
  (func (param anyref (ref (exact $e))) (result (ref (exact $b)))
    (ref.cast_desc_eq (ref (exact $b)) (local.get 0) (local.get 1)))
  (func (param anyref (ref null $d)) (result anyref)
    (block $is (result (ref $a))
      (return (br_on_cast_desc_eq $is anyref (ref $a) (local.get 0) (local.get 1)))))
  (func (param anyref (ref null $e)) (result (ref $b))
    (block $not (result anyref)
      (return (br_on_cast_desc_eq_fail $not anyref (ref $b) (local.get 0) (local.get 1))))
    (unreachable))
  (func (param (ref i31) (ref $d)) (result (ref $a))
    (block $is (result (ref $a))
      (drop (br_on_cast_desc_eq $is (ref i31) (ref $a) (local.get 0) (local.get 1)))
      (unreachable)))
  (func (export "up") (param (ref (exact $b))) (result (ref $a)) (local.get 0))
  (func (result (ref null (exact $a))) (ref.null none))
  (func (result (ref (exact $e))) (struct.new $e (i64.const 1)))
  (func (result (ref (exact $f))) (ref.func $exact)))

;; A type and its descriptor.
(assert_invalid (module (rec (type $a (descriptor $d) (struct)) (type $d (struct)))) "descriptor")
(assert_invalid (module (rec (type $a (struct)) (type $d (describes $a) (struct)))) "descriptor")
(assert_invalid (module (type $a (descriptor 0) (struct))) "descriptor")
(assert_invalid (module (rec (type $d (describes $a) (struct)) (type $a (descriptor $d) (struct)))) "descriptor")
(assert_invalid (module (rec (type $a (descriptor $d) (array i32)) (type $d (describes $a) (struct)))) "descriptor")
(assert_invalid (module (rec (type $a (descriptor $d) (struct)) (type $d (describes $a) (func)))) "descriptor")
(assert_invalid
  (module (rec (type $a (descriptor $d) (struct)) (type $b (descriptor $d) (struct)) (type $d (describes $a) (struct))))
  "descriptor")
(assert_invalid (module (type (struct)) (type (descriptor 2) (struct)) (type (describes 1) (struct))) "unknown type")

;; Subtypes.
(assert_invalid
  (module (rec (type $a (sub (descriptor $d) (struct))) (type $d (sub (describes $a) (struct))))
    (type $b (sub $a (struct))))
  "sub type")
(assert_invalid
  (module (rec (type $a (sub (descriptor $d) (struct))) (type $d (sub (describes $a) (struct))))
    (rec (type $b (sub $a (descriptor $e) (struct))) (type $e (describes $b) (struct))))
  "sub type")
(assert_invalid
  (module (type $s (sub (struct)))
    (rec (type $a (descriptor $d) (struct)) (type $d (sub $s (describes $a) (struct)))))
  "sub type")
(assert_invalid
  (module (type $a (sub (struct))) (type $b (sub $a (struct)))
    (func (param (ref $b)) (result (ref (exact $a))) (local.get 0)))
  "type mismatch")
(assert_invalid
  (module (type $a (sub (struct))) (type $b (sub $a (struct)))
    (func (param (ref (exact $b))) (result (ref (exact $a))) (local.get 0)))
  "type mismatch")

;; Instructions.
(assert_invalid
  (module (rec (type $a (descriptor $d) (struct)) (type $d (describes $a) (struct)))
    (func (result anyref) (struct.new $a)))
  "type with descriptor requires descriptor allocation")
(assert_invalid
  (module (rec (type $a (descriptor $d) (struct)) (type $d (describes $a) (struct)))
    (func (param (ref $d)) (result anyref) (struct.new_desc $a (local.get 0))))
  "type mismatch")
(assert_invalid (module (type $a (struct)) (func (param (ref $a)) (drop (ref.get_desc $a (local.get 0))))) "type without descriptor")
(assert_invalid
  (module (rec (type $a (descriptor $d) (struct)) (type $d (describes $a) (struct)))
    (func (param (ref $a)) (result (ref (exact $d))) (ref.get_desc $a (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (rec (type $a (descriptor $d) (struct)) (type $d (describes $a) (struct)))
    (func (param anyref (ref $d)) (result anyref) (ref.cast_desc_eq (ref (exact $a)) (local.get 0) (local.get 1))))
  "type mismatch")
(assert_invalid (module (type $f (func)) (import "m" "f" (func $f (type $f))) (global (ref (exact $f)) (ref.func $f))) "type mismatch")
