const { serve } = require("./harness");

function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

serve(fib);
