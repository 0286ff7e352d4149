;; SPDX-License-Identifier: Apache-2.0
;; Calls through a table: a pocket calculator whose operations are table entries.
(module $tables
  (type $binary (func (param i32 i32) (result i32)))
  (type $unary (func (param i32) (result i32)))

  (table $operations (export "operations") 8 funcref)
  (elem (table $operations) (i32.const 0) func $add $subtract $multiply $negate)

  (func $add (type $binary) (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.add)
  (func $subtract (type $binary) (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.sub)
  (func $multiply (type $binary) (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.mul)
  (func $negate (type $unary) (param $a i32) (result i32)
    i32.const 0
    local.get $a
    i32.sub)

  (func $apply (export "apply") (param $operation i32) (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    local.get $operation
    call_indirect $operations (type $binary))

  ;; (3 + 4) * (10 - 4) = 42
  (func $answer (export "answer") (result i32)
    i32.const 2
    i32.const 0
    i32.const 3
    i32.const 4
    call $apply
    i32.const 1
    i32.const 10
    i32.const 4
    call $apply
    call $apply)

  ;; Entry 3 takes one operand, not two.
  (func $wrong_type (export "wrong_type") (result i32)
    i32.const 3
    i32.const 6
    i32.const 7
    call $apply)

  ;; Entry 5 was never filled.
  (func $empty_entry (export "empty_entry") (result i32)
    i32.const 5
    i32.const 6
    i32.const 7
    call $apply)

  ;; There is no entry 8.
  (func $past_the_end (export "past_the_end") (result i32)
    i32.const 8
    i32.const 6
    i32.const 7
    call $apply))
