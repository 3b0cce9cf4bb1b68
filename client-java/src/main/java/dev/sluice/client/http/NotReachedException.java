package dev.sluice.client.http;

import java.io.IOException;
import java.net.URI;

/** No connection came about, so that the hub can't have seen anything of the request. */
public final class NotReachedException extends IOException {
    private static final long serialVersionUID = 1;

    NotReachedException(URI uri, Throwable cause) {
        super("no connection to " + uri.getScheme() + "://" + uri.getAuthority(), cause);
    }
}
