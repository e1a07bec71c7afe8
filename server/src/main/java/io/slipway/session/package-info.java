/** Voice sessions: the gateway between devices and the voice backends of their agents. */
@NullMarked
package io.slipway.session;

import org.jspecify.annotations.NullMarked;
