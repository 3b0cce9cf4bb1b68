package dev.sluice.core.access;

/// The caller on whose behalf the hub acts: a client over any transport, or the program around the hub.
///
/// @param name    its name; "" if it is anonymous
/// @param address where its requests come from, for the operator; "" if unknown or inside the program
public record Principal(String name, String address) {
    /// A caller without a name: code inside the program, or any caller of a hub without access rules.
    public static final Principal ANONYMOUS = new Principal("", "");

    public boolean isAnonymous() {
        return name.isEmpty();
    }

    /// The scope of its idempotency keys.
    public KeyScope keyScope() {
        return isAnonymous() && !address.isEmpty() ? KeyScope.ofAddress(address) : KeyScope.ofName(name);
    }

    /// Whether two principals are the same caller. Addresses do not matter: a client may change networks.
    public boolean isSameAs(Principal other) {
        return name.equals(other.name);
    }

    @Override
    public String toString() {
        return (isAnonymous() ? "an anonymous caller" : "'" + name + "'") + (address.isEmpty() ? "" : " at " + address);
    }
}
