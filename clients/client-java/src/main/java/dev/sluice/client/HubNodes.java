package dev.sluice.client;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;

/**
 * The addresses of one hub: one for each node of its cluster, or a single one. All nodes have the same
 * events, ids and cursors, so that a request which fails at one can be repeated at the next. Safe for use by
 * many threads.
 */
final class HubNodes {
    private final List<HubAddress> all;

    /** Where the last one went that left a node: others begin there, and not at a node that is gone. */
    private volatile int latest;

    HubNodes(List<HubAddress> all) {
        this.all = List.copyOf(all);
    }

    /** Returns the address that {@link PublishRequests} uses, whichever node a request then goes to. */
    HubAddress first() {
        return all.get(0);
    }

    int count() {
        return all.size();
    }

    Choice choose() {
        return new Choice();
    }

    /** The node that one user of the hub talks to. For one thread. */
    final class Choice {
        private int index = latest;

        HubAddress current() {
            return all.get(index);
        }

        /**
         * Switches to the next node, if there are others.
         *
         * @param status the status of the answer; 0 if there was none
         * @return false if another node would not do better
         */
        boolean leave(int status) {
            // A node that is starting, stopping or cut off answers 503. Refusals and rate limits are those of the hub.
            boolean isNodes = status == 0 || status >= 500;
            if (!isNodes || all.size() == 1) return false;
            index = (index + 1) % all.size();
            latest = index;
            return true;
        }

        /** Returns a request to the first node as one to the current node. */
        HttpRequest addressed(HttpRequest request) {
            if (index == 0) return request;
            var rest = request.uri().toString().substring(first().toString().length());
            return HttpRequest.newBuilder(request, (name, value) -> true)
                    .uri(URI.create(current() + rest))
                    .build();
        }
    }
}
