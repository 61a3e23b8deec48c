f 0 seen<float>
f nought seen<float>
