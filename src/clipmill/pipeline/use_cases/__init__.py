"""What people want of clipmill, one function each: typed wishes in, typed answers out, and no surface in them."""
