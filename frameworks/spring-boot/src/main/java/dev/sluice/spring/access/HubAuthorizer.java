package dev.sluice.spring.access;

import dev.sluice.Access;
import dev.sluice.Authorizer;
import dev.sluice.Request;
import java.lang.System.Logger.Level;
import java.security.Principal;
import java.util.List;

/// Gives the clients of an embedded hub the grants of the application's users.
public final class HubAuthorizer implements Authorizer {
    private static final System.Logger LOG = System.getLogger(HubAuthorizer.class.getName());

    private final SluiceAuthenticator authenticator;
    private final SluiceAccess access;

    public HubAuthorizer(SluiceAuthenticator authenticator, SluiceAccess access) {
        this.authenticator = authenticator;
        this.access = access;
    }

    @Override
    public Access authorize(Request request) {
        Principal user;
        try {
            user = authenticator.authenticate(request);
        } catch (SecurityException refused) {
            LOG.log(Level.DEBUG, "a client's credentials are invalid", refused);
            return Access.nothing();
        }
        var grants = access.grants(user).of(user);
        return Access.readOnly(patterns(grants.subscribe()))
                .allow(Access.Action.PUBLISH, patterns(grants.publish()))
                .as(user == null ? "" : String.valueOf(user.getName()));
    }

    private static String[] patterns(List<String> all) {
        return all.toArray(String[]::new);
    }
}
