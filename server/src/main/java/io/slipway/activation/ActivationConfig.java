package io.slipway.activation;

/**
 * @param maxCodes live codes in all
 * @param codesPerAddress live codes that one client address (an IPv6 /64) may hold
 * @param preregisterAll whether every account may import MAC addresses, not only trusted ones
 *     (decisions D3)
 */
public record ActivationConfig(int maxCodes, int codesPerAddress, boolean preregisterAll) {}
