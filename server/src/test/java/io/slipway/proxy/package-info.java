/** Real proxies in front of the real server, with the configurations in docs/proxy. */
package io.slipway.proxy;
