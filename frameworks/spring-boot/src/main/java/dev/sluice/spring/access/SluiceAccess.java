package dev.sluice.spring.access;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/// Decides which channels a user may subscribe to and publish to. With a bean of this type, streams for other
/// channels are refused with 403, and an embedded hub permits its clients nothing else. Without one, the
/// application's controllers alone decide which channels a stream has, and an embedded hub permits everything
/// to every client that reaches it, which by default is on this machine.
///
/// ```java
/// @Bean
/// SluiceAccess access() {
///     return user -> SluiceGrants.none().subscribe("news/**", "rooms/{user}/*").publish("rooms/{user}/*");
/// }
/// ```
@FunctionalInterface
public interface SluiceAccess {
    /// Returns the grants of a user. May block, for example to ask a database.
    ///
    /// @param user null for an anonymous one; with Spring Security, an `Authentication`
    SluiceGrants grants(@Nullable Principal user);
}
