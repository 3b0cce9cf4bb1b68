package dev.sluice.spring.access;

import dev.sluice.Request;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/// Finds out who a client of an embedded hub is. With a `JwtDecoder` of Spring Security, the starter adds one
/// for bearer tokens; an application may have a bean of its own instead.
@FunctionalInterface
public interface SluiceAuthenticator {
    /// Returns the user who sends a request; null for an anonymous one.
    ///
    /// @throws SecurityException if the request has credentials that are invalid: the client is permitted
    ///     nothing
    @Nullable
    Principal authenticate(Request request);
}
