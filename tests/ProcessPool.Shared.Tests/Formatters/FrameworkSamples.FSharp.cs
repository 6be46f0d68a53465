using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace ProcessPool.Tests.Formatters;

// Of FSharp.Core, which has the key of the framework.
internal sealed partial class FrameworkSamples
{
    private void AddFSharp<T>(T one, T two)
        where T : notnull
    {
        Add<FSharpList<T>?>(ListModule.OfSeq([one, two]), FSharpList<T>.Empty, null);
        Add<FSharpSet<T>?>(new([two, one]), new([]), null);
        Add<FSharpOption<T>?>(FSharpOption<T>.Some(one), null);
        Add(FSharpValueOption<T>.NewValueSome(one), FSharpValueOption<T>.ValueNone, default);
        Add<FSharpRef<T>?>(new(one), null);
        Add<FSharpChoice<T, T, T>?>(FSharpChoice<T, T, T>.NewChoice1Of3(one), FSharpChoice<T, T, T>.NewChoice3Of3(two), null);
        Add<FSharpChoice<T, T, T, T>?>(FSharpChoice<T, T, T, T>.NewChoice2Of4(one), FSharpChoice<T, T, T, T>.NewChoice4Of4(two), null);
        Add<FSharpChoice<T, T, T, T, T>?>(FSharpChoice<T, T, T, T, T>.NewChoice5Of5(one), null);
        Add<FSharpChoice<T, T, T, T, T, T>?>(FSharpChoice<T, T, T, T, T, T>.NewChoice6Of6(one), null);
        Add<FSharpChoice<T, T, T, T, T, T, T>?>(FSharpChoice<T, T, T, T, T, T, T>.NewChoice7Of7(one), null);
    }

    private void AddFSharpPairs<T, TOther>(T one, TOther other)
    {
        Add<FSharpMap<T, TOther>?>(new([Tuple.Create(one, other)]), new([]), null);
        Add<FSharpResult<T, TOther>>(FSharpResult<T, TOther>.NewOk(one), FSharpResult<T, TOther>.NewError(other), default);
        Add<FSharpChoice<T, TOther>?>(FSharpChoice<T, TOther>.NewChoice1Of2(one), FSharpChoice<T, TOther>.NewChoice2Of2(other), null);
    }
}
