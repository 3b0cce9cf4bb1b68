package dev.sluice.core.access;

/// The scope in which an idempotency key is unique. Each named caller has its own scope. Anonymous callers share one
/// for equal content, because a client that repeats a publish may have changed networks. For different content the
/// scope is the address, so that one client cannot use up the keys of others.
///
/// @param text the name; or NUL, which no name has, and the address
public record KeyScope(String text) {
    private static final char ADDRESS = 0;

    static KeyScope ofName(String name) {
        return new KeyScope(name);
    }

    static KeyScope ofAddress(String address) {
        return new KeyScope(ADDRESS + address);
    }

    /// Whether it is the scope of the anonymous callers at an address.
    public boolean isOfAddress() {
        return !text.isEmpty() && text.charAt(0) == ADDRESS;
    }
}
