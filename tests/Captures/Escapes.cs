using System.Runtime.CompilerServices;

namespace Captures;

/// <summary>Ways in which <c>this</c> escapes from the analysis, so that all its fields must be sent.</summary>
public class Escapes : IEscape
{
    private const string All = "Hidden,Shown";
    private static Escapes? _kept;

    internal int Hidden = 1;
    internal int Shown = 2;

    public Sample Argument() => Sample.Of((int x) => x + Shown + Read(this), 4, All);

    public Sample Extension_method() => Sample.Of((int x) => x + Shown + this.ReadExtended(), 4, All);

    public Sample Static_field() => Sample.Of((int x) => { _kept = this; return x + Kept(); }, 4, All);

    public Sample Field_of_another_object() => Sample.Of((int x) => new Box { Content = this }.Read() + x, 4, All);

    public Sample Property_of_another_object() => Sample.Of((int x) => new Box { Property = this }.Read() + x, 4, All);

    public Sample Array_element() => Sample.Of((int x) => { var all = new Escapes[1]; all[0] = this; return all[0].ReadHidden() + x; }, 4, All);

    public Sample Collection() => Sample.Of((int x) => new List<Escapes> { this }.Sum(e => e.ReadHidden()) + x, 4, All);

    public Sample Tuple_element() => Sample.Of((int x) => { var pair = (this, x); return Read(pair.Item1); }, 4, All);

    public Sample Virtual_call() => new Overriding().VirtualCall();

    public Sample Virtual_method_group() => new Overriding().VirtualGroup();

    public Sample Overriding_method_group() => new Overriding().Group();

    public Sample Interface_call() => Sample.Of((int x) => ((IEscape)this).Get() + x, 4, All);

    public Sample Interface_default() => Sample.Of((int x) => ((IEscape)this).GetDefault() + x, 4, All);

    public Sample Return_value() => Sample.Of((int x) => Self().Hidden + x, 4, All);

    public Sample Returned_from_the_function() => new((Func<int, int>)(x => ((Func<Escapes>)(() => this))().ReadHidden() + x), [4], All);

    public Sample Framework_method() => Sample.Of((int x) => ((Escapes)MemberwiseClone()).ReadHidden() + x, 4, All);

    public Sample To_string() => Sample.Of((int x) => x + ToString(), 4, All);

    public Sample Lock() => Sample.Of((int x) => { lock (this) return x + Shown; }, 4, All);

    public Sample By_reference() => Sample.Of((int x) => { var self = this; return ReadReference(ref self) + x; }, 4, All);

    public Sample Conditional() => Sample.Of((int x) => Read(x > 3 ? this : null) + x, 4, All);

    public Sample Coalesced() => Sample.Of((int x) => Read(_kept is { Hidden: > 100 } kept ? kept : this) + x, 4, All);

    public Sample Loop_variable() => Sample.Of(
        (int x) =>
        {
            Escapes? last = null;
            var sum = 0;
            for (var i = 0; i < x; i++)
            {
                if (last is not null) sum += Read(last);
                last = this;
            }

            return sum;
        },
        4,
        All);

    public Sample Lambda_argument() => Sample.Of((int x) => ((Func<Escapes, int>)(e => e.Hidden))(this) + x, 4, All);

    public Sample Captured_by_an_inner_lambda() => Sample.Of(
        (int x) =>
        {
            var self = this;
            return Enumerable.Range(0, x).Sum(i => i + self.ReadHidden());
        },
        4,
        All);

    public Sample Asynchronous() => Sample.Of(
        async (int x) =>
        {
            await Task.Yield();
            var self = this;
            await Task.Yield();
            return await ReadAsync(self) + x;
        },
        4,
        All);

    public Sample Yielded() => Sample.Of((int x) => Selves().Sum(e => e.Hidden) + x, 4, All);

    public Sample Thrown() => Sample.Of(
        (int x) =>
        {
            try
            {
                throw new EscapedException(this);
            }
            catch (EscapedException e)
            {
                return e.Content.ReadHidden() + x;
            }
        },
        4,
        All);

    public Sample Dynamic() => Sample.Of((int x) => { dynamic d = this; return (int)d.PublicHidden() + x; }, 4, All);

    public Sample Unsafe_cast() => Sample.Of((int x) => Unsafe.As<Escapes, Escapes>(ref Unsafe.AsRef(in Itself())).Hidden + x, 4, All);

    public Sample Unsafe_accessor() => Sample.Of((int x) => Access(this) + x, 4, All);

    public Sample Through_a_walked_method() => Sample.Of((int x) => PassOn() + x, 4, All);

    public int Get() => Hidden;

    public int PublicHidden() => Hidden;

    public int ReadHidden() => Hidden;

    public override string ToString() => $"{Hidden} {Shown}";

    private static int Kept() => _kept!.Hidden;

    private static int Read(Escapes? escapes) => escapes?.Hidden ?? 0;

    private static int ReadReference(ref Escapes escapes) => escapes.Hidden;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = nameof(Hidden))]
    private static extern ref int Access(Escapes escapes);

    private static async Task<int> ReadAsync(Escapes escapes)
    {
        await Task.Yield();
        return escapes.Hidden;
    }

    private int PassOn() => Read(this);

    private Escapes Self() => this;

    private ref readonly Escapes Itself()
    {
        _kept = this;
        return ref _kept!;
    }

    private IEnumerable<Escapes> Selves()
    {
        yield return this;
    }

    internal sealed class Box
    {
        public Escapes? Content;

        public Escapes? Property
        {
            get => Content;
            set => Content = value;
        }

        public int Read() => Content!.Hidden;
    }

    internal sealed class EscapedException(Escapes content) : Exception
    {
        public Escapes Content => content;
    }

    internal class Overridden
    {
        internal int Shown = 2;

        public Sample VirtualCall() => Sample.Of((int x) => Overridable() + x, 4, All);

        public Sample VirtualGroup() => Sample.Of((int x) => ((Func<int>)Overridable)() + x, 4, All);

        public Sample Group() => new((Func<int>)Overridable, [], "Hidden");

        protected virtual int Overridable() => Shown;
    }

    internal sealed class Overriding : Overridden
    {
        internal int Hidden = 1;

        protected override int Overridable() => Hidden;
    }
}

/// <summary>An interface with a method of its own.</summary>
public interface IEscape
{
    int Get();

    int GetDefault() => Get();
}

/// <summary>Extensions of <see cref="Escapes"/>.</summary>
public static class EscapesExtensions
{
    public static int ReadExtended(this Escapes escapes) => escapes.Hidden;
}
