square 0 seen<int>
norm 0 shape<struct<@Point>>
norm 32 shape<struct<@Point>>
norm 64 seen<float>
norm 80 shape<struct<@Point>>
norm 112 shape<struct<@Point>>
norm 144 seen<float>
norm 160 seen<float>
norm 176 target<float, native>
sum 32 seen<int>
sum 48 seen<int>
sum 64 seen<int>
sum 80 seen<int>
warn 0 seen<int>
warn 0 branch<taken 4000, not 12>
