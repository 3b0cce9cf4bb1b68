package dev.sluice.server.net.address;

import java.net.InetAddress;

/// Decides which connections are served, by their clients' addresses. Used on any event loop.
public interface AddressAdmission {
    /// Admits all connections.
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

    /// Returns true if there is a limit for this address. Otherwise the other methods are not called.
    boolean isLimited(InetAddress client);

    /// Returns false if the connection must be refused.
    boolean admits(InetAddress client);

    /// Called when a connection that was admitted has closed.
    void closed(InetAddress client);
}
