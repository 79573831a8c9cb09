//@ about = "Two doubles take two SSE registers, as arguments and as a result."
//@ ref = ["psABI 3.2.3"]
struct span { double low, high; };

double span_high(struct span s) { return s.high; }
struct span turned(struct span s) { return (struct span){s.high, s.low}; }
