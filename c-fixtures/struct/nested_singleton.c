//@ about = "Singletons are found through any depth of structs."
//@ ref = ["BasicCABI: Function signatures"]
struct core_value { double number; };
struct middle_value { struct core_value core; };
struct outer_value { struct middle_value middle; };

struct outer_value identity_outer(struct outer_value v) { return v; }
double number_of(struct outer_value v) { return v.middle.core.number; }
