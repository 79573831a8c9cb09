#[repr(C)]
pub struct Ticket {
    number: i32,
}

unsafe extern "C" {
    pub fn ticket_take(number: i32) -> Ticket;
}
