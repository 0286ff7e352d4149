;; SPDX-License-Identifier: Apache-2.0
;; The legacy form of exceptions. Every export is called with 0, 1, 2, 3, 4 and 9.
(module
  (tag $nothing)
  (tag $number (param i32))
  (tag $vector (param i64 v128))

  (func $thrower (param i32) (result i32)
    (block $other
      (block $2 (block $1 (block $0
        (br_table $0 $1 $2 $other (local.get 0)))
        (throw $nothing))
        (throw $number (i32.const 41)))
      (throw $vector (i64.const -5) (v128.const i64x2 0x1122334455667788 0x99AABBCCDDEEFF00)))
    local.get 0)
  (func $sum (param i32 i64 i32) (result i32)
    (i32.add (local.get 0) (i32.add (local.get 2) (i32.wrap_i64 (local.get 1)))))

  ;; Operands below, and calls within the clauses: the exception that is handled lies between.
  (func $catcher (export "catcher") (param i32) (result i32)
    i64.const 12
    i32.const 5
    try (result i32)
      local.get 0
      call $thrower
    catch $number
      i64.const 100
      i32.const 3
      call $sum
    catch $vector
      i32x4.extract_lane 2
      drop
      i32.wrap_i64
      i64.const 7
      i32.const 9
      call $sum
    catch_all
      i32.const 77
    end
    i32.add
    local.set 0
    drop
    local.get 0)

  (func $again (export "again") (param i32) (result i32)
    try (result i32)
      local.get 0
      call $thrower
    catch $number
      drop
      rethrow 0
    catch_all
      rethrow 0
    end)
  (func (export "caught_again") (param i32) (result i32)
    try (result i32)
      local.get 0
      call $again
    catch $number
      i32.const 1
      i32.add
    catch_all
      i32.const 5
    end)

  ;; Two exceptions are being handled at once; the outer one is thrown again.
  (func $outer_again (export "outer_again") (param i32) (result i32)
    try (result i32)
      i32.const 1
      call $thrower
    catch $number
      local.get 0
      i32.add
      local.set 0
      try (result i32)
        local.get 0
        i32.const 41
        i32.sub
        call $thrower
      catch_all
        block (result i32)
          rethrow 2
        end
      end
    end)
  (func (export "both") (param i32) (result i32)
    try (result i32)
      local.get 0
      call $outer_again
    catch $number
    end)

  (func (export "delegate_to_next") (param i32) (result i32)
    try (result i32)
      try (result i32)
        local.get 0
        call $thrower
      delegate 0
      i32.const 1
      i32.add
    catch_all
      i32.const 9
    end)
  ;; The handler between is passed over.
  (func $delegate_to_caller (export "delegate_to_caller") (param i32) (result i32)
    try (result i32)
      try (result i32)
        local.get 0
        call $thrower
      delegate 1
    catch_all
      i32.const 9
    end)
  (func (export "delegated") (param i32) (result i32)
    try (result i32)
      local.get 0
      call $delegate_to_caller
    catch_all
      i32.const 10
    end)
  ;; To a block, and past a clause that handles something already.
  (func (export "delegate_to_block") (param i32) (result i32)
    try (result i32)
      block (result i32)
        try (result i32)
          try (result i32)
            local.get 0
            call $thrower
          delegate 1
        catch_all
          i32.const 1
        end
      end
    catch_all
      i32.const 2
    end)
  (func (export "delegate_in_clause") (param i32) (result i32)
    try (result i32)
      try (result i32)
        i32.const 0
        call $thrower
      catch_all
        try (result i32)
          local.get 0
          call $thrower
        delegate 0
      end
    catch $number
      i32.const 3
      i32.mul
    catch_all
      i32.const 4
    end)

  ;; A throw in a clause is for the blocks around it.
  (func (export "throw_in_clause") (param i32) (result i32)
    try (result i32)
      try (result i32)
        local.get 0
        call $thrower
      catch $number
        throw $number
      catch_all
        local.get 0
        throw $number
      end
    catch $number
      i32.const 1000
      i32.add
    end)

  (func (export "no_clause") (param i32) (result i32)
    try (result i32)
      local.get 0
      call $thrower
    end)
  (func (export "branches") (param i32) (result i32) (local $count i32)
    loop $next
      try $try
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        local.get 0
        call $thrower
        drop
      catch $number
        drop
        local.get $count
        i32.const 5
        i32.lt_u
        br_if $next
        br $try
      catch_all
        local.get $count
        i32.const 2
        i32.rem_u
        br_table $try $next
      end
      local.get $count
      i32.const 3
      i32.lt_u
      br_if $next
    end
    local.get $count)
  (func (export "params") (param i32) (result i32)
    i32.const 2
    local.get 0
    try (param i32 i32) (result i32 i32)
      call $thrower
    catch $number
      i32.const 6
    catch_all
      i32.const 4
      i32.const 5
    end
    i32.sub)

  ;; A try_table around a try, and the other way round.
  (func (export "both_forms") (param i32) (result i32)
    (block $any
      (return
        (try_table (result i32) (catch_all $any)
          try (result i32)
            local.get 0
            call $thrower
          catch $number
          end)))
    try (result i32)
      (block $number (result i32)
        (try_table (result i32) (catch $number $number)
          (call $thrower (local.get 0))))
    catch_all
      i32.const 55
    end)
  (func $deep (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (throw $nothing))))
  (func (export "from_deep") (param i32) (result i32)
    try (result i32)
      local.get 0
      i32.const 25
      i32.mul
      call $deep
    catch_all
      i32.const 6
    end)
)
