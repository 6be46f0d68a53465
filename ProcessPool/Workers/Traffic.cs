namespace ProcessPool.Workers;

/// <summary>Counts the bytes between this process and one worker, the ones it replaced included.</summary>
internal sealed class Traffic
{
    private long _sent;
    private long _received;

    public long Sent => Volatile.Read(ref _sent);

    public long Received => Volatile.Read(ref _received);

    /// <summary>By whoever writes, of whom there is one at a time.</summary>
    public void AddSent(int count) => Volatile.Write(ref _sent, _sent + count);

    /// <summary>By the thread that reads.</summary>
    public void AddReceived(int count) => Volatile.Write(ref _received, _received + count);
}
