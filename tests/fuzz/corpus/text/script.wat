;; SPDX-License-Identifier: Apache-2.0
(module (func (export "f") (result f64) (f64.const 0x1.8p-1_0)))
(assert_return (invoke "f") (f64.const nan:canonical))
(assert_malformed (module quote "(func" " $\"a b\" ; )") "unexpected token")
