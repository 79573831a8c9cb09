#[repr(C)]
pub struct Body {
    x: f64,
    id: i32,
    y: f64,
    moves: u8,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn move_body(body: *mut Body, distance: f64) -> f64 {
    let body = unsafe { &mut *body };
    body.x += distance;
    body.y -= distance;
    body.moves = body.moves.wrapping_add(1);
    body.x
}
