package dev.sluice.server.net.address;

import java.net.InetAddress;

/// Decides which connections are served, by their clients' addresses. Used on any event loop.
public interface AddressAdmission {
    /// Admits all.
    AddressAdmission ALL = new AddressAdmission() {
        @Override
        public boolean isLimited(InetAddress client) {
            return false;
        }

        @Override
        public boolean admits(InetAddress client) {
            return true;
        }

        @Override
        public void closed(InetAddress client) {}
    };

    /// Whether there is a limit for this address. Without one, the other methods are not called.
    boolean isLimited(InetAddress client);

    /// Returns false if the connection must be refused.
    boolean admits(InetAddress client);

    /// Called when a connection that was admitted has closed.
    void closed(InetAddress client);
}
