package dev.sluice.core.access;

/// Among whose idempotency keys a key counts. A caller with a name has keys of its own. Anonymous callers share theirs
/// as far as they publish the same content: a client that repeats a publish may have changed networks. With other
/// content, a key is one of its address, so that nobody can use up the keys of others.
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
