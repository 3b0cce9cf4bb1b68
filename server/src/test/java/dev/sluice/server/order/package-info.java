/// One order, no seam: a real server with real sockets against the log's model. Whoever comes back, wherever it broke
/// off and by whatever transport, gets exactly the events of its selection, once, in order, or a gap exactly where the
/// model has one; also from a hub on disk that is restarted and killed. Read [dev.sluice.server.order.OneOrderTest]
/// first: one move after the other and everything compared; [dev.sluice.server.order.CrowdTest] has many publishers and
/// readers at once, [dev.sluice.server.order.SeamTest] the moment between history and live.
@NullMarked
package dev.sluice.server.order;

import org.jspecify.annotations.NullMarked;
