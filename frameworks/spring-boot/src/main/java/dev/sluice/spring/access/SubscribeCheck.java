package dev.sluice.spring.access;

import dev.sluice.spring.Selection;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/// Checks that a user may subscribe to all channels of a selection.
public final class SubscribeCheck {
    private final @Nullable SluiceAccess access;

    /// @param access null if every selection is allowed
    public SubscribeCheck(@Nullable SluiceAccess access) {
        this.access = access;
    }

    /// @throws ResponseStatusException with 403 if the user may not
    public void check(@Nullable Principal user, Selection selection) {
        if (access == null) return;
        var grants = access.grants(user).of(user);
        for (var channel : selection.channels()) {
            if (!grants.permitSubscribe(channel)) {
                throw new ResponseStatusException(HttpStatus.FORBIDDEN, "No grant to subscribe to " + channel);
            }
        }
    }
}
