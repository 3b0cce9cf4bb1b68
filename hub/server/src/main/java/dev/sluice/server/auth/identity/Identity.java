package dev.sluice.server.auth.identity;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Permissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A caller whose credential has been verified.
///
/// @param subject    the caller's name: the `sub` of its token, a name in its certificate, or the `kid` of its
///                   static key
/// @param credential the verified credential, with the caller's roles
/// @param own        the permissions of the credential itself, in addition to those of grants
/// @param ceiling    the maximum permissions, regardless of grants
/// @param key        the key that verified it; null if the application named the caller
public record Identity(
        String subject,
        Credential credential,
        Permissions own,
        Permissions ceiling,
        @Nullable VerificationKey key) {
    public Set<String> roles() {
        return credential.roles();
    }
}
