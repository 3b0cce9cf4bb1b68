package dev.sluice.spring.access;

import dev.sluice.Request;
import java.security.Principal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;

/// Passes bearer tokens to Spring Security: those of the header `Authorization`.
public final class BearerAuthenticator implements SluiceAuthenticator {
    private static final String SCHEME = "Bearer ";

    private final Function<String, ? extends @Nullable Principal> tokens;

    /// @param tokens returns the user with a token, or throws an [AuthenticationException]
    public BearerAuthenticator(Function<String, ? extends @Nullable Principal> tokens) {
        this.tokens = tokens;
    }

    @Override
    public @Nullable Principal authenticate(Request request) {
        var header = request.header("Authorization").orElse("");
        if (header.isEmpty()) return null;
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new SecurityException("The scheme of Authorization is not Bearer.");
        }
        try {
            return tokens.apply(header.substring(SCHEME.length()).strip());
        } catch (AuthenticationServiceException outage) {
            throw outage; // Answered with 500, which clients repeat: a good token must not be refused for good.
        } catch (AuthenticationException | IllegalArgumentException reason) { // The second for an empty token.
            throw new SecurityException(reason);
        }
    }
}
