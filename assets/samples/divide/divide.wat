;; SPDX-License-Identifier: Apache-2.0
;; The two ways in which an integer division can trap.
(module $divide
  (global $calls (export "calls") (mut i32) (i32.const 0))

  (func $divide (export "divide") (param $dividend i32) (param $divisor i32) (result i32)
    global.get $calls
    i32.const 1
    i32.add
    global.set $calls
    local.get $dividend
    local.get $divisor
    i32.div_s)

  ;; The mean of no numbers at all: 100 / 0.
  (func $mean_of_none (export "by_zero") (result i32)
    (local $sum i32) (local $count i32)
    i32.const 100
    local.set $sum
    local.get $sum
    local.get $count
    call $divide)

  ;; -2147483648 / -1 does not fit in 32 bits.
  (func $negate_smallest (export "overflow") (result i32)
    i32.const 0x80000000
    i32.const -1
    call $divide))
