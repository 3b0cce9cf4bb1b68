/// From parameters to a subscription, without HTTP: a URL and a session's message are parsed by the same rules.
/// Read [dev.sluice.server.subscribe.ParameterList] first, the list of parameters;
/// [dev.sluice.server.subscribe.TransportSpec] describes a transport.
@NullMarked
package dev.sluice.server.subscribe;

import org.jspecify.annotations.NullMarked;
