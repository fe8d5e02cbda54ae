// Written by tooling/generate/icat-definitions.mjs from Pint 0.25.3 (BSD-3-Clause). Do not edit.

/** Prefixes in the order in which they are tried: spelling, full name, factor. */
export const prefixTable = `quecto quecto 1e-30
q quecto 1e-30
ronto ronto 1e-27
r ronto 1e-27
yocto yocto 1e-24
y yocto 1e-24
zepto zepto 1e-21
z zepto 1e-21
atto atto 1e-18
a atto 1e-18
femto femto 1e-15
f femto 1e-15
pico pico 1e-12
p pico 1e-12
nano nano 1e-9
n nano 1e-9
micro micro 0.000001
µ micro 0.000001
μ micro 0.000001
u micro 0.000001
mu micro 0.000001
mc micro 0.000001
milli milli 0.001
m milli 0.001
centi centi 0.01
c centi 0.01
deci deci 0.1
d deci 0.1
deca deca 10
da deca 10
deka deca 10
hecto hecto 100
h hecto 100
kilo kilo 1000
k kilo 1000
mega mega 1000000
M mega 1000000
giga giga 1000000000
G giga 1000000000
tera tera 1000000000000
T tera 1000000000000
peta peta 1000000000000000
P peta 1000000000000000
exa exa 1000000000000000000
E exa 1000000000000000000
zetta zetta 1e+21
Z zetta 1e+21
yotta yotta 1e+24
Y yotta 1e+24
ronna ronna 1e+27
R ronna 1e+27
quetta quetta 1e+30
Q quetta 1e+30
kibi kibi 1024
Ki kibi 1024
mebi mebi 1048576
Mi mebi 1048576
gibi gibi 1073741824
Gi gibi 1073741824
tebi tebi 1099511627776
Ti tebi 1099511627776
pebi pebi 1125899906842624
Pi pebi 1125899906842624
exbi exbi 1152921504606847000
Ei exbi 1152921504606847000
zebi zebi 1.1805916207174113e+21
Zi zebi 1.1805916207174113e+21
yobi yobi 1.2089258196146292e+24
Yi yobi 1.2089258196146292e+24
semi semi 0.5
demi semi 0.5
sesqui sesqui 1.5`;

/** Names of a unit, first the full one; its factor; the units that it is a multiple of; an offset. "!" is a base unit, "=" a mere number. */
export const unitTable = `meter m metre;!
second s sec;!
ampere A amp;!
candela cd candle;!
gram g;!
mole mol;!
kelvin K degK °K degree_Kelvin degreeK;!
radian rad;=
bit;=
count;=
pi π;3.141592653589793;
tansec;0.000004848136811133344;
ln10;2.302585092994046;
wien_x;4.965114231744276;
wien_u;2.8214393721220787;
eulers_number;2.718281828459045;
speed_of_light c c_0;299792458;m^1 s^-1
planck_constant ℎ;6.62607015e-34;J^1 s^1
elementary_charge e;1.602176634e-19;C^1
avogadro_number;6.02214076e+23;
boltzmann_constant k k_B;1.380649e-23;J^1 K^-1
standard_gravity g_0 g0 g_n gravity;9.80665;m^1 s^-2
standard_atmosphere atm atmosphere;101325;Pa^1
conventional_josephson_constant K_J90;483597900000000;Hz^1 V^-1
conventional_von_klitzing_constant R_K90;25812.807;ohm^1
conventional_water_density ρH2O;1000;kg^1 m^-3
conventional_mercury_density ρHg;13595.1;kg^1 m^-3
zeta ζ;1;c^1 cm^-1 s^1
dirac_constant ħ hbar atomic_unit_of_action a_u_action;0.5;ℎ^1 π^-1
avogadro_constant N_A;1;avogadro_number^1 mol^-1
molar_gas_constant R;1;k^1 N_A^1
faraday_constant;1;e^1 N_A^1
conductance_quantum G_0;2;e^2 ℎ^-1
magnetic_flux_quantum Φ_0 Phi_0;0.5;ℎ^1 e^-1
josephson_constant K_J;2;e^1 ℎ^-1
von_klitzing_constant R_K;1;ℎ^1 e^-2
stefan_boltzmann_constant σ sigma;0.13333333333333333;π^5 k^4 ℎ^-3 c^-2
first_radiation_constant c_1;2;π^1 ℎ^1 c^2
second_radiation_constant c_2;1;ℎ^1 c^1 k^-1
wien_wavelength_displacement_law_constant;1;ℎ^1 c^1 k^-1 wien_x^-1
wien_frequency_displacement_law_constant;1;wien_u^1 k^1 ℎ^-1
newtonian_constant_of_gravitation gravitational_constant;6.6743e-11;m^3 kg^-1 s^-2
rydberg_constant R_∞ R_inf;10973731.568157;m^-1
electron_g_factor g_e;-2.00231930436092;
atomic_mass_constant m_u;1.66053906892e-27;kg^1
electron_mass m_e atomic_unit_of_mass a_u_mass;9.1093837139e-31;kg^1
proton_mass m_p;1.67262192595e-27;kg^1
neutron_mass m_n;1.67492750056e-27;kg^1
x_unit_Cu Xu_Cu;1.00207697e-13;m^1
x_unit_Mo Xu_Mo;1.00209952e-13;m^1
angstrom_star Å_star;1.00001495e-10;m^1
water_density_4C ρH2O_4C;999.972;kg^1 m^-3
water_density_60F ρH2O_60F;999.001;kg^1 m^-3
mercury_density_0C ρHg_0C;13595.1;kg^1 m^-3
mercury_density_32F ρHg_32F;13595.1;kg^1 m^-3
mercury_density_60F ρHg_60F;13556.8;kg^1 m^-3
fine_structure_constant α alpha;1.4142135623730951;ℎ^0.5 R_inf^0.5 m_e^-0.5 c^-0.5
vacuum_permeability µ_0 mu_0 mu0 magnetic_constant;2;α^1 ℎ^1 e^-2 c^-1
vacuum_permittivity ε_0 epsilon_0 eps_0 eps0 electric_constant;0.5;e^2 α^-1 ℎ^-1 c^-1
impedance_of_free_space Z_0 characteristic_impedance_of_vacuum;2;α^1 ℎ^1 e^-2
coulomb_constant k_C;1;α^1 hbar^1 c^1 e^-2
classical_electron_radius r_e;1;α^1 hbar^1 m_e^-1 c^-1
thomson_cross_section σ_e sigma_e;2.6666666666666665;π^1 r_e^2
turn revolution cycle circle;2;π^1 radian^1
degree deg arcdeg arcdegree angular_degree;0.005555555555555556;π^1 radian^1
arcminute arcmin arc_minute angular_minute;0.016666666666666666;degree^1
arcsecond arcsec arc_second angular_second;0.016666666666666666;arcminute^1
milliarcsecond mas;0.001;arcsecond^1
grade grad gon gradian;0.005;π^1 radian^1
mil;0.00003125;π^1 radian^1
steradian sr;1;radian^2
square_degree sq_deg sqdeg;0.0000308641975308642;π^2 sr^1
baud Bd bps;1;bit^1 second^-1
byte B octet;8;bit^1
percent %;0.01;
permille ‰;0.001;
ppm;0.000001;
strain ε ϵ;1;
angstrom Å ångström Å;1e-10;meter^1
micron µ μ;1;micrometer^1
fermi fm;1;femtometer^1
light_year ly lightyear;1;speed_of_light^1 julian_year^1
astronomical_unit au;149597870700;meter^1
parsec pc;1;tansec^-1 astronomical_unit^1
nautical_mile nmi;1852;meter^1
bohr a_0 a0 bohr_radius atomic_unit_of_length a_u_length;1;hbar^1 alpha^-1 m_e^-1 c^-1
planck_length;1;hbar^0.5 gravitational_constant^0.5 c^-1.5
metric_ton t tonne;1000;kilogram^1
unified_atomic_mass_unit u amu;1;atomic_mass_constant^1
dalton Da;1;atomic_mass_constant^1
grain gr;64.79891;milligram^1
gamma_mass;1;microgram^1
carat ct;200;milligram^1
planck_mass;1;hbar^0.5 c^0.5 gravitational_constant^-0.5
minute min;60;second^1
hour h hr;60;minute^1
day d;24;hour^1
week;7;day^1
fortnight;2;week^1
year a yr julian_year;365.25;day^1
month;0.08333333333333333;year^1
century centuries;100;year^1
millennium millennia;1000;year^1
eon;1000000000;year^1
shake;1e-8;second^1
svedberg;1e-13;second^1
atomic_unit_of_time a_u_time;1;hbar^1 E_h^-1
gregorian_year;365.2425;day^1
sidereal_year;365.256363004;day^1
tropical_year;365.242190402;day^1
common_year;365;day^1
leap_year;366;day^1
sidereal_day;0.997269566329084;day^1
sidereal_month;27.32166155;day^1
tropical_month;27.321582;day^1
synodic_month lunar_month;29.530589;day^1
planck_time;1;hbar^0.5 gravitational_constant^0.5 c^-2.5
degree_Celsius °C celsius degC degreeC;1;kelvin^1;273.15
delta_degree_Celsius Δ°C Δcelsius ΔdegC ΔdegreeC delta_celsius delta_degC delta_degreeC;1;kelvin^1
degree_Rankine °R rankine degR degreeR;0.5555555555555556;kelvin^1
degree_Fahrenheit °F fahrenheit degF degreeF;0.5555555555555556;kelvin^1;255.37222222222223
delta_degree_Fahrenheit Δ°F Δfahrenheit ΔdegF ΔdegreeF delta_fahrenheit delta_degF delta_degreeF;0.5555555555555556;kelvin^1
degree_Reaumur °Re reaumur degRe degreeRe degree_Réaumur réaumur;1.25;kelvin^1;273.15
delta_degree_Reaumur Δ°Re Δreaumur ΔdegRe ΔdegreeRe Δdegree_Réaumur Δréaumur delta_reaumur delta_degRe delta_degreeRe delta_degree_Réaumur delta_réaumur;1.25;kelvin^1
atomic_unit_of_temperature a_u_temp;1;E_h^1 k^-1
planck_temperature;1;hbar^0.5 c^2.5 gravitational_constant^-0.5 k^-1
are;100;meter^2
barn b;1e-28;meter^2
darcy;1;centipoise^1 centimeter^2 second^-1 atmosphere^-1
hectare ha;100;are^1
liter l L ℓ litre;1;decimeter^3
cubic_centimeter cc;1;centimeter^3
lambda λ;1;microliter^1
stere;1;meter^3
hertz Hz;1;second^-1
revolutions_per_minute rpm;1;revolution^1 minute^-1
revolutions_per_second rps;1;revolution^1 second^-1
counts_per_second cps;1;count^1 second^-1
reciprocal_centimeter cm_1 kayser;1;cm^-1
knot kn kt knot_international international_knot;1;nautical_mile^1 hour^-1
mile_per_hour mph MPH;1;mile^1 hour^-1
kilometer_per_hour kph KPH;1;kilometer^1 hour^-1
kilometer_per_second kps;1;kilometer^1 second^-1
meter_per_second mps;1;meter^1 second^-1
foot_per_second fps;1;foot^1 second^-1
sverdrup sv;1000000;meter^3 second^-1
galileo Gal;1;centimeter^1 second^-2
meter_per_second_squared;1;meter^1 second^-2
newton N;1;kilogram^1 meter^1 second^-2
dyne dyn;1;gram^1 centimeter^1 second^-2
force_kilogram kgf kilogram_force;1;g_0^1 kilogram^1
force_gram gf gram_force pond;1;g_0^1 gram^1
force_metric_ton tf metric_ton_force force_t t_force;1;g_0^1 metric_ton^1
atomic_unit_of_force a_u_force;1;E_h^1 a_0^-1
joule J;1;newton^1 meter^1
erg;1;dyne^1 centimeter^1
watt_hour Wh watthour;1;watt^1 hour^1
electron_volt eV electronvolt;1;e^1 volt^1
rydberg Ry;1;ℎ^1 c^1 R_inf^1
hartree E_h Eh hartree_energy atomic_unit_of_energy a_u_energy;2;rydberg^1
calorie cal thermochemical_calorie cal_th;4.184;joule^1
international_calorie cal_it international_steam_table_calorie;4.1868;joule^1
fifteen_degree_calorie cal_15;4.1855;joule^1
british_thermal_unit Btu BTU Btu_iso;1055.056;joule^1
international_british_thermal_unit Btu_it;1000;pound^1 kilogram^-1 degR^1 kelvin^-1 international_calorie^1
thermochemical_british_thermal_unit Btu_th;1000;pound^1 kilogram^-1 degR^1 kelvin^-1 calorie^1
quadrillion_Btu quad;1000000000000000;Btu^1
therm thm EC_therm;100000;Btu^1
US_therm;105480400;joule^1
ton_TNT tTNT;1000000000;calorie^1
tonne_of_oil_equivalent toe;10000000000;international_calorie^1
atmosphere_liter atm_l;1;atmosphere^1 liter^1
watt W;1;joule^1 second^-1
volt_ampere VA;1;volt^1 ampere^1
horsepower hp UK_horsepower hydraulic_horsepower;550;foot^1 force_pound^1 second^-1
boiler_horsepower;33475;Btu^1 hour^-1
metric_horsepower;75;force_kilogram^1 meter^1 second^-1
electrical_horsepower;746;watt^1
refrigeration_ton ton_of_refrigeration;12000;Btu^1 hour^-1
cooling_tower_ton;1.25;refrigeration_ton^1
standard_liter_per_minute slpm slm;1;atmosphere^1 liter^1 minute^-1
conventional_watt_90 W_90;1;K_J90^2 R_K90^1 K_J^-2 R_K^-1 watt^1
pascal Pa;1;newton^1 meter^-2
barye Ba barie barad barrie baryd;1;dyne^1 centimeter^-2
bar;100000;pascal^1
technical_atmosphere at;1;kilogram^1 g_0^1 centimeter^-2
torr;0.0013157894736842105;atm^1
pound_force_per_square_inch psi;1;force_pound^1 inch^-2
kip_per_square_inch ksi;1;kip^1 inch^-2
meter_H2O mH2O m_H2O;1;meter^1 conventional_water_density^1 g_0^1
meter_H2O_4C mH2O_4C m_H2O_4C;1;meter^1 water_density_4C^1 g_0^1
meter_H2O_60F mH2O_60F m_H2O_60F;1;meter^1 water_density_60F^1 g_0^1
inch_H2O inH2O in_H2O inchesH2O inches_H2O;1;inch^1 conventional_water_density^1 g_0^1
inch_H2O_4C inH2O_4C in_H2O_4C inchesH2O_4C inches_H2O_4C;1;inch^1 water_density_4C^1 g_0^1
inch_H2O_60F inH2O_60F in_H2O_60F inchesH2O_60F inches_H2O_60F;1;inch^1 water_density_60F^1 g_0^1
foot_H2O ftH2O ft_H2O feetH2O feet_H2O;1;foot^1 conventional_water_density^1 g_0^1
foot_H2O_4C ftH2O_4C ft_H2O_4C feetH2O_4C feet_H2O_4C;1;foot^1 water_density_4C^1 g_0^1
foot_H2O_60F ftH2O_60F ft_H2O_60F feetH2O_60F feet_H2O_60F;1;foot^1 water_density_60F^1 g_0^1
meter_Hg mHg m_Hg;1;meter^1 conventional_mercury_density^1 g_0^1
meter_Hg_0C mHg_0C m_Hg_0C;1;meter^1 mercury_density_0C^1 g_0^1
meter_Hg_32F mHg_32F m_Hg_32F;1;meter^1 mercury_density_32F^1 g_0^1
meter_Hg_60F mHg_60F m_Hg_60F;1;meter^1 mercury_density_60F^1 g_0^1
inch_Hg inHg in_Hg inchesHg inches_Hg;1;inch^1 conventional_mercury_density^1 g_0^1
inch_Hg_0C inHg_0C in_Hg_0C inchesHg_0C inches_Hg_0C;1;inch^1 mercury_density_0C^1 g_0^1
inch_Hg_32F inHg_32F in_Hg_32F inchesHg_32F inches_Hg_32F;1;inch^1 mercury_density_32F^1 g_0^1
inch_Hg_60F inHg_60F in_Hg_60F inchesHg_60F inches_Hg_60F;1;inch^1 mercury_density_60F^1 g_0^1
foot_Hg ftHg ft_Hg feetHg feet_Hg;1;foot^1 conventional_mercury_density^1 g_0^1
foot_Hg_0C ftHg_0C ft_Hg_0C feetHg_0C feet_Hg_0C;1;foot^1 mercury_density_0C^1 g_0^1
foot_Hg_32F ftHg_32F ft_Hg_32F feetHg_32F feet_Hg_32F;1;foot^1 mercury_density_32F^1 g_0^1
foot_Hg_60F ftHg_60F ft_Hg_60F feetHg_60F feet_Hg_60F;1;foot^1 mercury_density_60F^1 g_0^1
sound_pressure_level SPL;0.00002;pascal^1
foot_pound ft_lb footpound;1;foot^1 force_pound^1
poise P;0.1;Pa^1 second^1
reyn;1;psi^1 second^1
stokes St;1;centimeter^2 second^-1
rhe;1;poise^-1
particle molec molecule;1;N_A^-1
molar M;1;mole^1 liter^-1
katal kat;1;mole^1 second^-1
enzyme_unit U enzymeunit;1;micromole^1 minute^-1
clausius Cl;1;calorie^1 kelvin^-1
entropy_unit eu;1;calorie^1 kelvin^-1 mole^-1
becquerel Bq;1;counts_per_second^1
curie Ci;37000000000;becquerel^1
rutherford Rd;1000000;becquerel^1
gray Gy;1;joule^1 kilogram^-1
sievert Sv;1;joule^1 kilogram^-1
rads;0.01;gray^1
rem;0.01;sievert^1
roentgen röntgen;0.000258;coulomb^1 kilogram^-1
peak_sun_hour PSH;1000;watt_hour^1 meter^-2
langley Ly;1;thermochemical_calorie^1 centimeter^-2
nit;1;candela^1 meter^-2
stilb;1;candela^1 centimeter^-2
lambert;1;π^-1 candela^1 centimeter^-2
lumen lm;1;candela^1 steradian^1
lux lx;1;lumen^1 meter^-2
atomic_unit_of_intensity a_u_intensity;0.5;ε_0^1 c^1 atomic_unit_of_electric_field^2
biot Bi;10;ampere^1
abampere abA;1;biot^1
atomic_unit_of_current a_u_current;1;e^1 atomic_unit_of_time^-1
mean_international_ampere A_it;1;mean_international_volt^1 mean_international_ohm^-1
US_international_ampere A_US;1;US_international_volt^1 US_international_ohm^-1
conventional_ampere_90 A_90;1;K_J90^1 R_K90^1 K_J^-1 R_K^-1 ampere^1
planck_current;1;c^3 gravitational_constant^-0.5 k_C^-0.5
coulomb C;1;ampere^1 second^1
abcoulomb abC;10;C^1
faraday;1;e^1 N_A^1 mole^1
conventional_coulomb_90 C_90;1;K_J90^1 R_K90^1 K_J^-1 R_K^-1 coulomb^1
ampere_hour Ah;1;ampere^1 hour^1
volt V;1;joule^1 coulomb^-1
abvolt abV;1e-8;volt^1
mean_international_volt V_it;1.00034;volt^1
US_international_volt V_US;1.00033;volt^1
conventional_volt_90 V_90;1;K_J90^1 K_J^-1 volt^1
atomic_unit_of_electric_field a_u_electric_field;1;e^1 k_C^1 a_0^-2
atomic_unit_of_electric_field_gradient a_u_efg;1;E_h^1 a_0^-2 e^-1
townsend Td;1e-21;V^1 m^2
ohm Ω;1;volt^1 ampere^-1
abohm abΩ;1e-9;ohm^1
mean_international_ohm Ω_it ohm_it;1.00049;ohm^1
US_international_ohm Ω_US ohm_US;1.000495;ohm^1
conventional_ohm_90 Ω_90 ohm_90;1;R_K^1 R_K90^-1 ohm^1
siemens S mho;1;ampere^1 volt^-1
absiemens abS abmho;1000000000;siemens^1
farad F;1;coulomb^1 volt^-1
abfarad abF;1000000000;farad^1
conventional_farad_90 F_90;1;R_K90^1 R_K^-1 farad^1
weber Wb;1;volt^1 second^1
unit_pole;1;µ_0^1 biot^1 centimeter^1
henry H;1;weber^1 ampere^-1
abhenry abH;1e-9;henry^1
conventional_henry_90 H_90;1;R_K^1 R_K90^-1 henry^1
tesla T;1;weber^1 meter^-2
gamma γ;1e-9;tesla^1
ampere_turn At;1;ampere^1
biot_turn;1;biot^1
gilbert Gb;0.25;π^-1 biot_turn^1
debye D;1e-9;ζ^-1 coulomb^1 angstrom^1
buckingham;1;debye^1 angstrom^1
bohr_magneton µ_B mu_B;0.5;e^1 hbar^1 m_e^-1
nuclear_magneton µ_N mu_N;0.5;e^1 hbar^1 m_p^-1
refractive_index_unit RIU;=
absorbance_unit AU;=
LMH;1;L^1 m^-2 h^-1
thou th mil_length;0.001;inch^1
inch in international_inch inches international_inches;0.027777777777777776;yard^1
hand;4;inch^1
foot ft international_foot feet international_feet;0.3333333333333333;yard^1
yard yd international_yard;0.9144;meter^1
mile mi international_mile;1760;yard^1
circular_mil cmil;0.25;π^1 mil_length^2
square_inch sq_in square_inches;1;inch^2
square_foot sq_ft square_feet;1;foot^2
square_yard sq_yd;1;yard^2
square_mile sq_mi;1;mile^2
cubic_inch cu_in;1;in^3
cubic_foot cu_ft cubic_feet;1;ft^3
cubic_yard cu_yd;1;yd^3
link li survey_link;0.01;chain^1
survey_foot sft;0.3048006096012192;meter^1
fathom;6;survey_foot^1
rod rd pole perch;16.5;survey_foot^1
chain;4;rod^1
furlong fur;40;rod^1
cables_length;120;fathom^1
survey_mile smi us_statute_mile;5280;survey_foot^1
league;3;survey_mile^1
square_rod sq_rod sq_pole sq_perch;1;rod^2
acre;10;chain^2
square_survey_mile section;1;survey_mile^2
square_league;1;league^2
acre_foot acre_feet;1;acre^1 survey_foot^1
dry_pint dpi US_dry_pint;0.015625;bushel^1
dry_quart dqt US_dry_quart;0.03125;bushel^1
dry_gallon dgal US_dry_gallon;0.125;bushel^1
peck pk;0.25;bushel^1
bushel bu;2150.42;cubic_inch^1
dry_barrel US_dry_barrel;7056;cubic_inch^1
board_foot FBM board_feet BF BDFT super_foot superficial_foot super_feet superficial_feet;1;ft^2 in^1
minim;0.00013020833333333333;pint^1
fluid_dram fldr fluidram US_fluid_dram US_liquid_dram;0.0078125;pint^1
fluid_ounce floz US_fluid_ounce US_liquid_ounce;0.0625;pint^1
gill gi liquid_gill US_liquid_gill;0.25;pint^1
pint pt liquid_pint US_pint;0.5;quart^1
fifth US_liquid_fifth;0.2;gallon^1
quart qt liquid_quart US_liquid_quart;0.25;gallon^1
gallon gal liquid_gallon US_liquid_gallon;231;cubic_inch^1
teaspoon tsp;0.16666666666666666;fluid_ounce^1
tablespoon tbsp;0.5;fluid_ounce^1
shot jig US_shot;3;tablespoon^1
cup cp liquid_cup US_liquid_cup;0.5;pint^1
barrel bbl;31.5;gallon^1
oil_barrel oil_bbl;42;gallon^1
beer_barrel beer_bbl;31;gallon^1
hogshead;63;gallon^1
dram dr avoirdupois_dram avdp_dram;0.00390625;pound^1
ounce oz avoirdupois_ounce avdp_ounce;0.0625;pound^1
pound lb avoirdupois_pound avdp_pound;7000;grain^1
stone;14;pound^1
quarter;28;pound^1
bag;94;pound^1
hundredweight cwt short_hundredweight;100;pound^1
long_hundredweight;112;pound^1
ton short_ton;2000;pound^1
long_ton;2240;pound^1
slug;1;g_0^1 pound^1 second^2 foot^-1
slinch blob slugette;1;g_0^1 pound^1 second^2 inch^-1
force_ounce ozf ounce_force;1;g_0^1 ounce^1
force_pound lbf pound_force;1;g_0^1 pound^1
force_ton ton_force force_short_ton short_ton_force;1;g_0^1 ton^1
force_long_ton long_ton_force;1;g_0^1 long_ton^1
kip;1000;force_pound^1
poundal pdl;1;pound^1 foot^1 second^-2
UK_hundredweight UK_cwt;1;long_hundredweight^1
UK_ton;1;long_ton^1
UK_force_ton UK_ton_force;1;force_long_ton^1
US_hundredweight US_cwt;1;hundredweight^1
US_ton;1;ton^1
US_force_ton US_ton_force;1;force_ton^1
pennyweight dwt;24;grain^1
troy_ounce toz ozt;480;grain^1
troy_pound tlb lbt;12;troy_ounce^1
scruple;20;grain^1
apothecary_dram ap_dr apothecary_drachm drachm;3;scruple^1
apothecary_ounce ap_oz;8;apothecary_dram^1
apothecary_pound ap_lb;12;apothecary_ounce^1
imperial_minim;0.0020833333333333333;imperial_fluid_ounce^1
imperial_fluid_scruple;0.041666666666666664;imperial_fluid_ounce^1
imperial_fluid_drachm imperial_fldr imperial_fluid_dram;0.125;imperial_fluid_ounce^1
imperial_fluid_ounce imperial_floz UK_fluid_ounce;0.05;imperial_pint^1
imperial_gill imperial_gi UK_gill;0.25;imperial_pint^1
imperial_cup imperial_cp UK_cup;0.5;imperial_pint^1
imperial_pint imperial_pt UK_pint;0.125;imperial_gallon^1
imperial_quart imperial_qt UK_quart;0.25;imperial_gallon^1
imperial_gallon imperial_gal UK_gallon;4.54609;liter^1
imperial_peck imperial_pk UK_pk;2;imperial_gallon^1
imperial_bushel imperial_bu UK_bushel;8;imperial_gallon^1
imperial_barrel imperial_bbl UK_bbl;36;imperial_gallon^1
pica printers_pica;0.16666666666666666;inch^1
point pp printers_point big_point bp;0.08333333333333333;pica^1
didot;0.00037593984962406017;m^1
cicero;12;didot^1
tex_point;0.013837000138370002;inch^1
tex_pica;12;tex_point^1
tex_didot;1.070008643042351;tex_point^1
tex_cicero;12;tex_didot^1
scaled_point;0.0000152587890625;tex_point^1
css_pixel px;0.010416666666666666;inch^1
pixel dot pel picture_element;!
pixels_per_centimeter PPCM;1;pixel^1 cm^-1
pixels_per_inch dots_per_inch PPI ppi DPI printers_dpi;1;pixel^1 inch^-1
bits_per_pixel bpp;1;bit^1 pixel^-1
tex Tt;1;gram^1 kilometer^-1
dtex;1;decitex^1
denier den;0.1111111111111111;gram^1 kilometer^-1
jute Tj;0.00006944444444444444;pound^1 yard^-1
aberdeen Ta;1;jute^1
RKM;1;gf^1 tex^-1
number_english Ne NeC ECC;840;yard^1 pound^-1
number_meter Nm;1;kilometer^1 kilogram^-1
franklin Fr statcoulomb statC esu;1;erg^0.5 centimeter^0.5
statvolt statV;1;erg^1 franklin^-1
statampere statA;1;franklin^1 second^-1
gauss G;1;dyne^1 franklin^-1
maxwell Mx;1;gauss^1 centimeter^2
oersted Oe ørsted;1;dyne^1 maxwell^-1
statohm statΩ;1;statvolt^1 statampere^-1
statfarad statF;1;franklin^1 statvolt^-1
statmho;1;statampere^1 statvolt^-1
statweber statWb;1;statvolt^1 second^1
stattesla statT;1;statweber^1 centimeter^-2
stathenry statH;1;statweber^1 statampere^-1
kilogram;1000;gram^1
centimeter;0.01;meter^1
milligram;0.001;gram^1
decimeter;0.1;meter^1
kilometer;1000;meter^1
decitex;0.1;tex^1
femtometer;1e-15;meter^1
micrometer;0.000001;meter^1
microgram;0.000001;gram^1
microliter;0.000001;liter^1
micromole;0.000001;mole^1
centipoise;0.01;poise^1
photon;1;count^1
photons;1;photon^1
electron;1;count^1
electrons;1;electron^1`;
