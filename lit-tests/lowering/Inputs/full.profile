f 0 seen<float>
f tier 2
f 0 exit 40 guard int
