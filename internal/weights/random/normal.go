package random

import "math"

// quantile is the inverse of the standard normal distribution function, for p
// in (0, 1): algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988),
// accurate to about 1e-16.
func quantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return q * ratio(&central, r)
	}
	r := p
	if q > 0 {
		r = 1 - p
	}
	r = math.Sqrt(-ln(r))
	var x float64
	if r <= 5 {
		x = ratio(&middle, r-1.6)
	} else {
		x = ratio(&tail, r-5)
	}
	if q < 0 {
		return -x
	}
	return x
}

// rational is a quotient of two polynomials, constant term first.
type rational struct{ num, den [8]float64 }

func ratio(f *rational, x float64) float64 { return horner(&f.num, x) / horner(&f.den, x) }

func horner(c *[8]float64, x float64) float64 {
	v := c[7]
	v = float64(v*x) + c[6]
	v = float64(v*x) + c[5]
	v = float64(v*x) + c[4]
	v = float64(v*x) + c[3]
	v = float64(v*x) + c[2]
	v = float64(v*x) + c[1]
	return float64(v*x) + c[0]
}

// The coefficients of AS 241: |p-0.5| up to 0.425, the square root of -ln up
// to 5, and beyond.
var (
	central = rational{
		num: [8]float64{
			3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
			4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
		},
		den: [8]float64{
			1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
			2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
		},
	}
	middle = rational{
		num: [8]float64{
			1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
			1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
		},
		den: [8]float64{
			1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
			1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
		},
	}
	tail = rational{
		num: [8]float64{
			6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
			2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
		},
		den: [8]float64{
			1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
			7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
		},
	}
)

// ln is the natural logarithm of a normal positive number, to about one unit
// in the last place: with x = m·2^e, m in [√½, √2), ln m is the series of
// 2·artanh((m-1)/(m+1)).
func ln(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	z := (m - 1) / (m + 1)
	w := float64(z * z)
	// |z| < 0.172, so that terms behind z^21 are below 1e-18.
	sum := 1.0 / 21
	sum = float64(sum*w) + 1.0/19
	sum = float64(sum*w) + 1.0/17
	sum = float64(sum*w) + 1.0/15
	sum = float64(sum*w) + 1.0/13
	sum = float64(sum*w) + 1.0/11
	sum = float64(sum*w) + 1.0/9
	sum = float64(sum*w) + 1.0/7
	sum = float64(sum*w) + 1.0/5
	sum = float64(sum*w) + 1.0/3
	lnM := 2 * (z + float64(z*float64(w*sum)))
	return float64(float64(e)*math.Ln2) + lnM
}
