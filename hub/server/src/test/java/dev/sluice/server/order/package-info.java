/// End-to-end tests of ordering: a real server with real sockets, checked against the log's model. A client that
/// resumes, wherever it was cut off and by whatever transport, receives exactly the events of its selection, once,
/// in order, or a gap exactly where the model has one; also from a hub on disk that is restarted and killed. Read
/// [dev.sluice.server.order.OneOrderTest] first: it makes one move at a time and compares everything;
/// [dev.sluice.server.order.ConcurrentOrderTest] has many concurrent publishers and readers,
/// [dev.sluice.server.order.HistoryToLiveTest] tests the transition from history to live events.
@NullMarked
package dev.sluice.server.order;

import org.jspecify.annotations.NullMarked;
