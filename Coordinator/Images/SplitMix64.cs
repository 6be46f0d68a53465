namespace ProcessPool.Coordinator.Images;

/// <summary>
/// A small random number generator whose numbers are the same on every machine and runtime. <see cref="Random"/> does not
/// promise that. (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.)
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
