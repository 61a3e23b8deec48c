// RUN: grokc opt -p "raise-bytecode{profile=\"%S/Inputs/full.profile\"}" %s | filecheck %s
// RUN: not grokc opt -p "raise-bytecode{profile=\"%S/Inputs/bad.profile\"}" --reproducer %t %s 2>&1 | filecheck %s --check-prefix=BAD

// A recorded profile: feedback of sites, and what is only for people: tiers, and exits.

grok_vm.func @f registers 2 minimum 2 maximum 2 {
  grok_vm.add r0, r0, r1
  grok_vm.return r0
}

grok_vm.func @"@start" registers 1 minimum 0 maximum 0 {
  grok_vm.return 0
}

// CHECK: grok.add %r0, %r1 {{.*}}seen<float>

// BAD: bad.profile: line 2 of the profile: {{.*}}
