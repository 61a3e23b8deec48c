// RUN: grokc opt --list-pipelines | filecheck %s --check-prefix=PIPELINES
// RUN: grokc opt --list-passes | filecheck %s --check-prefix=PASSES
// RUN: grokc opt -p "canonicalize,apply-individual-rewrite{matched-operation-index=0 operation-name=x pattern-name=y}" --list-passes | filecheck %s --check-prefix=PASSES
// RUN: not grokc opt -p optimise %s 2>&1 | filecheck %s --check-prefix=UNKNOWN
// RUN: not grokc opt -p "infer-types{deep=true}" %s 2>&1 | filecheck %s --check-prefix=NO-OPTIONS
// RUN: not grokc opt -p "raise-bytecode{profil=x}" %s 2>&1 | filecheck %s --check-prefix=OPTION
// RUN: not grokc opt -p "interp{x=1}" %s 2>&1 | filecheck %s --check-prefix=PIPELINE
// RUN: not grokc opt -p "raise-bytecode{profile=1}" %s 2>&1 | filecheck %s --check-prefix=TYPE

// PIPELINES:      ssa: stack-to-register,
// PIPELINES-NEXT: interp: stack-to-register,{{.*}}allocate-registers
// PIPELINES-NEXT: stack-machine: stack-to-slots
// PIPELINES-NEXT: optimize: stack-to-register,{{.*}}raise-bytecode,

// PASSES:      passes of grokc and of plug-ins:
// PASSES:      raise-bytecode
// PASSES-NEXT:     {{.*}}as the optimizing tier sees it.
// PASSES-NEXT:     profile: str | None = none
// PASSES:      passes of xDSL:
// PASSES:      canonicalize
// PASSES-NEXT:     Applies all canonicalization patterns.

// UNKNOWN:    error: unknown pass 'optimise'; did you mean 'optimize'?
// NO-OPTIONS: error: the pass 'infer-types' has no option 'deep'; it has none
// OPTION:     error: the pass 'raise-bytecode' has no option 'profil'; did you mean 'profile'?
// PIPELINE:   error: the pipeline 'interp' has no options
// TYPE:       error: the pass 'raise-bytecode' takes profile: str | None:
