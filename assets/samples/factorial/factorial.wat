;; SPDX-License-Identifier: Apache-2.0
;; A recursive factorial, with names for everything.
(module $factorial
  (func $fac (export "fac") (param $n i64) (result i64)
    local.get $n
    i64.const 2
    i64.lt_u
    if (result i64)
      i64.const 1
    else
      local.get $n
      local.get $n
      i64.const 1
      i64.sub
      call $fac
      i64.mul
    end)

  (func $fac_of_20 (export "fac20") (result i64)
    i64.const 20
    call $fac)

  ;; The same by a loop, to compare the two.
  (func $fac_loop (export "fac_loop") (param $n i64) (result i64)
    (local $product i64)
    i64.const 1
    local.set $product
    block $done
      loop $next
        local.get $n
        i64.eqz
        br_if $done
        local.get $product
        local.get $n
        i64.mul
        local.set $product
        local.get $n
        i64.const 1
        i64.sub
        local.set $n
        br $next
      end
    end
    local.get $product))
