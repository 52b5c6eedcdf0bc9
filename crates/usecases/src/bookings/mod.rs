//! Bookings: free time, booking it, changing it, and what became of it.
