double 0 seen<int>
